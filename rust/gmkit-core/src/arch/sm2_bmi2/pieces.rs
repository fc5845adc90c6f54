//! The pieces that products mod p are put together from: text for `asm!`, with the registers they take.
//!
//! [`super`] draws the reduction. Every piece says what it destroys.

/// q1 to rax, a0 to rcx, a1 to r15, a2 to r14. Destroys rdx.
macro_rules! quotients {
    ($q0:literal, $t1:literal) => {
        concat!(
            "mov rcx, ",
            $q0,
            "\n",
            "mov rdx, ",
            $q0,
            "\n",
            "lea rax, [",
            $t1,
            " + ",
            $q0,
            "]\n",
            "shl rcx, 32\n",
            "shr rdx, 32\n",
            "sub rax, rcx\n",
            "mov r15, rax\n",
            "mov r14, rax\n",
            "shl r15, 32\n",
            "shr r14, 32\n",
            "or r15, rdx\n",
        )
    };
}

/// Two Montgomery steps on six limbs: four are left, t2 … t5, and a fifth in rdx, 0 or 1, since
/// t + Q p < 2^128 · 2p. Destroys rax, rcx, r14, r15, t1.
macro_rules! two_steps {
    ($q0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal, $t5:literal) => {
        concat!(
            quotients!($q0, $t1),
            "xor edx, edx\n",
            "add ",
            $t1,
            ", ",
            $q0,
            "\n",
            "adc ",
            $t2,
            ", rax\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $t4,
            ", ",
            $q0,
            "\n",
            "adc ",
            $t5,
            ", rax\n",
            "adc rdx, 0\n",
            "sub ",
            $t1,
            ", rcx\n",
            "lea rcx, [rcx + r14]\n",
            "sbb ",
            $t2,
            ", r15\n",
            "sbb ",
            $t3,
            ", rcx\n",
            "sbb ",
            $t4,
            ", r15\n",
            "sbb ",
            $t5,
            ", r14\n",
            "sbb rdx, 0\n",
        )
    };
}

/// Two Montgomery steps on four limbs: t2, t3 are left, and q0's and t1's registers take the two limbs
/// above. (t + Q p) / 2^128 < 2^128 + p < 2^256. Destroys rax, rcx, rdx, r14, r15.
macro_rules! two_low_steps {
    ($q0:literal, $t1:literal, $t2:literal, $t3:literal) => {
        concat!(
            quotients!($q0, $t1),
            "add ",
            $t1,
            ", ",
            $q0,
            "\n",
            "adc ",
            $t2,
            ", rax\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $q0,
            ", 0\n",
            "adc rax, 0\n",
            "sub ",
            $t1,
            ", rcx\n",
            "lea rcx, [rcx + r14]\n",
            "sbb ",
            $t2,
            ", r15\n",
            "sbb ",
            $t3,
            ", rcx\n",
            "sbb ",
            $q0,
            ", r15\n",
            "sbb rax, r14\n",
            "mov ",
            $t1,
            ", rax\n",
        )
    };
}

/// t += a · b[i], for five limbs of t. t < 2p before and t + a b[i] < 2^320, so no carry leaves t4.
/// a at rsi, b at rdi. Destroys rax, rcx, rdx.
macro_rules! row {
    ($offset:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal) => {
        concat!(
            "mov rdx, [rdi + ",
            $offset,
            "]\n",
            "xor eax, eax\n",
            "mulx rcx, rax, [rsi]\n",
            "adcx ",
            $t0,
            ", rax\n",
            "adox ",
            $t1,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 8]\n",
            "adcx ",
            $t1,
            ", rax\n",
            "adox ",
            $t2,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 16]\n",
            "adcx ",
            $t2,
            ", rax\n",
            "adox ",
            $t3,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 24]\n",
            "adcx ",
            $t3,
            ", rax\n",
            "adox ",
            $t4,
            ", rcx\n",
            "adc ",
            $t4,
            ", 0\n",
        )
    };
}

/// t += a · b[i], where t has four limbs and gets a fifth: t < 2^256 and a b[i] < 2^320 - 2^256, so
/// five are enough. Destroys rax, rcx, rdx and the last register, where zero is kept.
macro_rules! row_of_new {
    (
        $offset:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal,
        $zero:literal
    ) => {
        concat!(
            "mov rdx, [rdi + ",
            $offset,
            "]\n",
            "xor ",
            $zero,
            ", ",
            $zero,
            "\n",
            "mulx rcx, rax, [rsi]\n",
            "adcx ",
            $t0,
            ", rax\n",
            "adox ",
            $t1,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 8]\n",
            "adcx ",
            $t1,
            ", rax\n",
            "adox ",
            $t2,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 16]\n",
            "adcx ",
            $t2,
            ", rax\n",
            "adox ",
            $t3,
            ", rcx\n",
            "mulx ",
            $t4,
            ", rax, [rsi + 24]\n",
            "adcx ",
            $t3,
            ", rax\n",
            "adox ",
            $t4,
            ", ",
            $zero,
            "\n",
            "adc ",
            $t4,
            ", 0\n",
        )
    };
}

/// a b[0] to r8 … r12. a at rsi, b at rdi. Destroys rax, rdx.
macro_rules! first_row {
    () => {
        concat!(
            "mov rdx, [rdi]\n",
            "mulx r9, r8, [rsi]\n",
            "mulx r10, rax, [rsi + 8]\n",
            "add r9, rax\n",
            "mulx r11, rax, [rsi + 16]\n",
            "adc r10, rax\n",
            "mulx r12, rax, [rsi + 24]\n",
            "adc r11, rax\n",
            "adc r12, 0\n",
        )
    };
}

/// a^2 to r8 … r13, rdi, rsi. a at rsi. Destroys rax, rcx, rdx, r14.
macro_rules! all_of_square {
    () => {
        concat!(
            // Products of different limbs, once each: limbs 1 to 6 in r9 … r13, rdi.
            "mov rdx, [rsi]\n",
            "mulx r10, r9, [rsi + 8]\n",
            "mulx r11, rax, [rsi + 16]\n",
            "mulx r12, rcx, [rsi + 24]\n",
            "add r10, rax\n",
            "adc r11, rcx\n",
            "mov rdx, [rsi + 8]\n",
            "adc r12, 0\n",
            "mulx rcx, rax, [rsi + 16]\n",
            "mulx r13, r14, [rsi + 24]\n",
            "add r11, rax\n",
            "adc r12, rcx\n",
            "adc r13, 0\n",
            "add r12, r14\n",
            "mov rdx, [rsi + 16]\n",
            "mulx rdi, rax, [rsi + 24]\n",
            "adc r13, rax\n",
            "adc rdi, 0\n",
            // Twice that (CF) and the squares (OF).
            "mov rdx, [rsi]\n",
            "xor r14d, r14d\n",
            "mulx rcx, r8, rdx\n",
            "adcx r9, r9\n",
            "adox r9, rcx\n",
            "mov rdx, [rsi + 8]\n",
            "adcx r10, r10\n",
            "mulx rcx, rax, rdx\n",
            "adox r10, rax\n",
            "adcx r11, r11\n",
            "adox r11, rcx\n",
            "mov rdx, [rsi + 16]\n",
            "adcx r12, r12\n",
            "mulx rcx, rax, rdx\n",
            "adox r12, rax\n",
            "adcx r13, r13\n",
            "adox r13, rcx\n",
            "mov rdx, [rsi + 24]\n",
            "adcx rdi, rdi\n",
            "mulx rsi, rax, rdx\n",
            "adox rdi, rax\n",
            "adox rsi, r14\n",
            "adc rsi, 0\n",
        )
    };
}

/// (r8 … r11 + 2^256 (r12, r13, rdi, rsi)) / 2^256 mod p to rax, rcx, rsi, rdi, for a high half below p.
/// Four steps are taken on the low half alone, which ends at most at p; so they are below 2p together.
/// Destroys rdx, r8 … r11, r14, r15.
macro_rules! reduce_all {
    () => {
        concat!(
            two_low_steps!("r8", "r9", "r10", "r11"),
            two_low_steps!("r10", "r11", "r8", "r9"),
            "xor edx, edx\n",
            "add r8, r12\n",
            "adc r9, r13\n",
            "adc r10, rdi\n",
            "adc r11, rsi\n",
            "adc rdx, 0\n",
            subtract_p!("r8", "r9", "r10", "r11", "rdx"),
        )
    };
}

/// The number in five limbs, below 2p, less p if it is not below p: to rax, rcx, rsi, rdi.
macro_rules! subtract_p {
    ($t0:literal, $t1:literal, $t2:literal, $t3:literal, $top:literal) => {
        concat!(
            "mov rax, ",
            $t0,
            "\n",
            "mov rcx, ",
            $t1,
            "\n",
            "mov rsi, ",
            $t2,
            "\n",
            "mov rdi, ",
            $t3,
            "\n",
            "sub rax, -1\n",
            "sbb rcx, [rip + {p}]\n",
            "sbb rsi, -1\n",
            "sbb rdi, [rip + {p} + 8]\n",
            "sbb ",
            $top,
            ", 0\n",
            "cmovc rax, ",
            $t0,
            "\n",
            "cmovc rcx, ",
            $t1,
            "\n",
            "cmovc rsi, ",
            $t2,
            "\n",
            "cmovc rdi, ",
            $t3,
            "\n",
        )
    };
}

pub(super) use {
    all_of_square, first_row, quotients, reduce_all, row, row_of_new, subtract_p, two_low_steps,
    two_steps,
};
