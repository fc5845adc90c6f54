"""Private keys that stay inside a device: GM/T 0018 (SDF) and PKCS #11."""
