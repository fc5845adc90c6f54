//! A software device for tests, behind the C interfaces that hardware has.
//!
//! It simulates containers, PINs and error codes; **it protects nothing**: keys stand in a text file.
//! What is real is the interface: the same structures, functions and codes as in GM/T 0018-2012 and PKCS #11 2.40.
//!
//! The file that `GMKIT_SOFT_DEVICE` names has a line for each container:
//! `index PIN signing-key encryption-key`, keys as 64 hexadecimal digits.

mod containers;
mod pkcs11;
mod sdf;
