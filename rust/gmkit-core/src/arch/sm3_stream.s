# SM3 of one message, block after block: sm3_stream_avx512 and sm3_stream_avx2.
#
#   rdi  state, 8 words        rsi  blocks        rdx  number of blocks, at least 1
#
# A round is bound by latency, not by work: E -> GG -> TT2 -> P0 -> E' takes 7 cycles. Rounds are
# therefore scalar (rorx and andn take one cycle, rotations of vectors two), and the message
# expansion runs beside them in vector registers, four words at a time, in issue slots that are free.
#
# Registers: a to h in eax ebx ecx edx r8d r9d r10d r11d, turning by one name each round;
# x y z u v in r12d r13d r14d r15d ebp; W(j - 16) to W(j - 1) in xmm0 to xmm3, turning by one name
# every four rounds; xmm15 swaps octets. On the stack, 32-aligned: W(j) at SLOT_W + 4j, and
# W'(j) = W(j) ^ W(j + 4) at SLOT_P + 4j. No address and no branch depends on a message.

.set SLOT_W, 0
.set SLOT_P, 272
.set SLOT_STATE, 528
.set SLOT_BLOCKS, 536
.set SLOT_COUNT, 544
.set SLOT_RSP, 552
.set FRAME, 576

# Rounds 0 to 15: FF and GG are the exclusive or. T(j) is already turned; y = SS1, x = SS2.
.macro SM3_ROUND_LOW j, t, a, b, c, d, e, f, g, h, a64, e64
    rorx r12d, \a, 20
    add \h, [rsp + SLOT_W + 4*\j]
    lea r13d, [r12 + \e64 + \t]
    mov r14d, \f
    xor r14d, \g
    xor r14d, \e
    add \d, [rsp + SLOT_P + 4*\j]
    add \h, r14d
    rorx r13d, r13d, 25
    xor r12d, r13d
    add \h, r13d
    mov ebp, \b
    xor ebp, \c
    xor ebp, \a
    add \d, ebp
    add \d, r12d
    SM3_TURN \b, \f, \h
.endm

# Rounds 16 to 63: FF is the majority, (b & c) + (a & (b ^ c)); GG chooses, (e & f) + (~e & g).
.macro SM3_ROUND_HIGH j, t, a, b, c, d, e, f, g, h, a64, e64
    add \d, [rsp + SLOT_P + 4*\j]
    mov ebp, \b
    add \h, [rsp + SLOT_W + 4*\j]
    rorx r12d, \a, 20
    andn r15d, \e, \g
    lea r13d, [r12 + \e64 + \t]
    mov r14d, \e
    and r14d, \f
    add \h, r15d
    add \h, r14d
    mov r15d, \b
    rorx r13d, r13d, 25
    xor r12d, r13d
    and ebp, \c
    add \d, ebp
    xor r15d, \c
    and r15d, \a
    add \d, r15d
    add \h, r13d
    add \d, r12d
    SM3_TURN \b, \f, \h
.endm

# C' = B <<< 9, G' = F <<< 19, E' = P0(TT2), each in the register it comes from.
.macro SM3_TURN b, f, h
    rorx \b, \b, 23
    rorx \f, \f, 13
    rorx r13d, \h, 23
    rorx r14d, \h, 15
    xor \h, r13d
    xor \h, r14d
.endm

# Four rounds bring every name back to its register. The schedule of the four words that are due
# comes in four parts, one before each round.
.macro SM3_FOUR round, schedule, j, t0, t1, t2, t3, x0, x1, x2, x3
    \schedule\()_0 \j, \x0, \x1, \x2, \x3
    \round \j, \t0, eax, ebx, ecx, edx, r8d, r9d, r10d, r11d, rax, r8
    \schedule\()_1 \j, \x0, \x1, \x2, \x3
    \round (\j + 1), \t1, edx, eax, ebx, ecx, r11d, r8d, r9d, r10d, rdx, r11
    \schedule\()_2 \j, \x0, \x1, \x2, \x3
    \round (\j + 2), \t2, ecx, edx, eax, ebx, r10d, r11d, r8d, r9d, rcx, r10
    \schedule\()_3 \j, \x0, \x1, \x2, \x3
    \round (\j + 3), \t3, ebx, ecx, edx, eax, r9d, r10d, r11d, r8d, rbx, r9
.endm

# The last twelve rounds have their words already.
.macro SM3_DONE_0 j, x0, x1, x2, x3
    vpxor xmm4, \x0, \x1
    vmovdqa [rsp + SLOT_W + 4*\j], \x0
    vmovdqa [rsp + SLOT_P + 4*\j], xmm4
.endm
.macro SM3_DONE_1 j, x0, x1, x2, x3
.endm
.macro SM3_DONE_2 j, x0, x1, x2, x3
.endm
.macro SM3_DONE_3 j, x0, x1, x2, x3
.endm

# W(j) = P1(W(j-16) ^ W(j-9) ^ (W(j-3) <<< 15)) ^ (W(j-13) <<< 7) ^ W(j-6), for four j at once.
# The fourth needs the first, W(j-3) of j + 3: it is formed with zero there, and P1(W(j) <<< 15)
# = (W(j) <<< 15) ^ (W(j) <<< 30) ^ (W(j) <<< 6) is put right at the end.
.macro SM3_AVX512_0 j, x0, x1, x2, x3
    SM3_DONE_0 \j, \x0, \x1, \x2, \x3
    vpsrldq xmm8, \x3, 4
    vpalignr xmm5, \x1, \x0, 12
    vpalignr xmm6, \x2, \x1, 12
    vprold xmm8, xmm8, 15
    vpalignr xmm7, \x3, \x2, 8
    vprold xmm5, xmm5, 7
    vpternlogd xmm8, \x0, xmm6, 0x96
    vpxor xmm5, xmm5, xmm7
    vprold xmm6, xmm8, 15
    vprold xmm4, xmm8, 23
    vpternlogd xmm8, xmm6, xmm4, 0x96
    vpxor xmm8, xmm8, xmm5
    vpslldq xmm4, xmm8, 12
    vprold xmm5, xmm4, 15
    vprold xmm6, xmm4, 30
    vprold \x0, xmm4, 6
    vpxor xmm5, xmm5, xmm8
    vpternlogd \x0, xmm5, xmm6, 0x96
.endm
.macro SM3_AVX512_1 j, x0, x1, x2, x3
.endm
.macro SM3_AVX512_2 j, x0, x1, x2, x3
.endm
.macro SM3_AVX512_3 j, x0, x1, x2, x3
.endm

# The same without rotations and three-way logic: to = from <<< n.
.macro SM3_ROTATE to, from, n, spare
    vpslld \spare, \from, \n
    vpsrld \to, \from, 32 - \n
    vpor \to, \to, \spare
.endm
.macro SM3_AVX2_0 j, x0, x1, x2, x3
    SM3_DONE_0 \j, \x0, \x1, \x2, \x3
    vpsrldq xmm8, \x3, 4
    vpalignr xmm5, \x1, \x0, 12
    vpalignr xmm6, \x2, \x1, 12
    SM3_ROTATE xmm8, xmm8, 15, xmm9
    vpalignr xmm7, \x3, \x2, 8
    vpxor xmm6, xmm6, \x0
.endm
.macro SM3_AVX2_1 j, x0, x1, x2, x3
    SM3_ROTATE xmm5, xmm5, 7, xmm4
    vpxor xmm8, xmm8, xmm6
    vpxor xmm5, xmm5, xmm7
    SM3_ROTATE xmm6, xmm8, 15, xmm9
.endm
.macro SM3_AVX2_2 j, x0, x1, x2, x3
    SM3_ROTATE xmm4, xmm8, 23, xmm7
    vpxor xmm8, xmm8, xmm5
    vpxor xmm6, xmm6, xmm4
    vpxor xmm8, xmm8, xmm6
    vpslldq xmm4, xmm8, 12
    SM3_ROTATE xmm5, xmm4, 15, xmm9
.endm
.macro SM3_AVX2_3 j, x0, x1, x2, x3
    SM3_ROTATE xmm6, xmm4, 30, xmm7
    vpxor xmm8, xmm8, xmm5
    SM3_ROTATE xmm4, xmm4, 6, xmm9
    vpxor xmm8, xmm8, xmm6
    vpxor \x0, xmm4, xmm8
.endm

.macro SM3_STREAM name, schedule
    .p2align 6
\name:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov rax, rsp
    sub rsp, FRAME
    and rsp, -32
    mov [rsp + SLOT_RSP], rax
    mov [rsp + SLOT_STATE], rdi
    mov [rsp + SLOT_COUNT], rdx
    vmovdqa xmm15, [rip + sm3_stream_swap]
    mov eax, [rdi]
    mov ebx, [rdi + 4]
    mov ecx, [rdi + 8]
    mov edx, [rdi + 12]
    mov r8d, [rdi + 16]
    mov r9d, [rdi + 20]
    mov r10d, [rdi + 24]
    mov r11d, [rdi + 28]
2:
    vmovdqu xmm0, [rsi]
    vmovdqu xmm1, [rsi + 16]
    vmovdqu xmm2, [rsi + 32]
    vmovdqu xmm3, [rsi + 48]
    vpshufb xmm0, xmm0, xmm15
    vpshufb xmm1, xmm1, xmm15
    vpshufb xmm2, xmm2, xmm15
    vpshufb xmm3, xmm3, xmm15
    SM3_FOUR SM3_ROUND_LOW, \schedule, 0, 0x79cc4519, -0xc6775ce, -0x18ceeb9b, -0x319dd735, xmm0, xmm1, xmm2, xmm3
    SM3_FOUR SM3_ROUND_LOW, \schedule, 4, -0x633bae69, 0x3988a32f, 0x7311465e, -0x19dd7344, xmm1, xmm2, xmm3, xmm0
    SM3_FOUR SM3_ROUND_LOW, \schedule, 8, -0x33bae687, -0x6775cd0d, 0x311465e7, 0x6228cbce, xmm2, xmm3, xmm0, xmm1
    SM3_FOUR SM3_ROUND_LOW, \schedule, 12, -0x3bae6864, -0x775cd0c7, 0x11465e73, 0x228cbce6, xmm3, xmm0, xmm1, xmm2
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 16, -0x62758579, 0x3b14f50f, 0x7629ea1e, -0x13ac2bc4, xmm0, xmm1, xmm2, xmm3
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 20, -0x27585787, -0x4eb0af0d, 0x629ea1e7, -0x3ac2bc32, xmm1, xmm2, xmm3, xmm0
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 24, -0x75857863, 0x14f50f3b, 0x29ea1e76, 0x53d43cec, xmm2, xmm3, xmm0, xmm1
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 28, -0x58578628, 0x4f50f3b1, -0x615e189e, 0x3d43cec5, xmm3, xmm0, xmm1, xmm2
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 32, 0x7a879d8a, -0xaf0c4ec, -0x15e189d7, -0x2bc313ad, xmm0, xmm1, xmm2, xmm3
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 36, -0x57862759, 0x50f3b14f, -0x5e189d62, 0x43cec53d, xmm1, xmm2, xmm3, xmm0
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 40, -0x78627586, 0xf3b14f5, 0x1e7629ea, 0x3cec53d4, xmm2, xmm3, xmm0, xmm1
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 44, 0x79d8a7a8, -0xc4eb0b0, -0x189d615f, -0x313ac2bd, xmm3, xmm0, xmm1, xmm2
    SM3_FOUR SM3_ROUND_HIGH, \schedule, 48, -0x62758579, 0x3b14f50f, 0x7629ea1e, -0x13ac2bc4, xmm0, xmm1, xmm2, xmm3
    SM3_FOUR SM3_ROUND_HIGH, SM3_DONE, 52, -0x27585787, -0x4eb0af0d, 0x629ea1e7, -0x3ac2bc32, xmm1, xmm2, xmm3, xmm0
    SM3_FOUR SM3_ROUND_HIGH, SM3_DONE, 56, -0x75857863, 0x14f50f3b, 0x29ea1e76, 0x53d43cec, xmm2, xmm3, xmm0, xmm1
    SM3_FOUR SM3_ROUND_HIGH, SM3_DONE, 60, -0x58578628, 0x4f50f3b1, -0x615e189e, 0x3d43cec5, xmm3, xmm0, xmm1, xmm2
    mov rbp, [rsp + SLOT_STATE]
    xor eax, [rbp]
    xor ebx, [rbp + 4]
    xor ecx, [rbp + 8]
    xor edx, [rbp + 12]
    xor r8d, [rbp + 16]
    xor r9d, [rbp + 20]
    xor r10d, [rbp + 24]
    xor r11d, [rbp + 28]
    mov [rbp], eax
    mov [rbp + 4], ebx
    mov [rbp + 8], ecx
    mov [rbp + 12], edx
    mov [rbp + 16], r8d
    mov [rbp + 20], r9d
    mov [rbp + 24], r10d
    mov [rbp + 28], r11d
    add rsi, 64
    dec qword ptr [rsp + SLOT_COUNT]
    jnz 2b
    # The words of the last block may be those of a key.
    vpxor xmm0, xmm0, xmm0
    vpxor xmm1, xmm1, xmm1
    vpxor xmm2, xmm2, xmm2
    vpxor xmm3, xmm3, xmm3
    xor eax, eax
3:
    vmovdqa [rsp + rax], ymm0
    add eax, 32
    cmp eax, SLOT_STATE
    jb 3b
    vzeroupper
    mov rsp, [rsp + SLOT_RSP]
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
.endm

.text
SM3_STREAM sm3_stream_avx512, SM3_AVX512
SM3_STREAM sm3_stream_avx2, SM3_AVX2

.p2align 4
sm3_stream_swap:
    .byte 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12
