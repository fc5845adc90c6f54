//! The compression function, once for every width: over words of one message, or over vectors of
//! words of several. In the letters of GB/T 32905-2016.

/// A word of 32 bits, or one of each of several messages side by side.
pub(crate) trait Word: Copy {
    fn all(word: u32) -> Self;
    fn add(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn xor3(self, second: Self, third: Self) -> Self;
    fn majority(self, second: Self, third: Self) -> Self;
    fn choose(self, one: Self, zero: Self) -> Self;
    fn left<const N: i32>(self) -> Self;
}

/// T(j) already turned left by j mod 32, as every use of it is.
const T: [u32; 64] = {
    let mut turned = [0; 64];
    let mut j = 0;
    while j < 64 {
        let t: u32 = if j < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        turned[j] = t.rotate_left(j as u32 % 32);
        j += 1;
    }
    turned
};

/// The state after a block. `w` is a ring: W(j) stands at j mod 16 until W(j + 16) takes its place.
#[inline(always)]
pub(crate) fn compress<W: Word>(state: [W; 8], mut w: [W; 16]) -> [W; 8] {
    let mut s = state;
    // Sixteen rounds by their numbers, so that every index of the ring is known when compiling.
    macro_rules! sixteen {
        ($from:literal, $low:literal, $expanded:literal) => {
            sixteen!($from, $low, $expanded, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
        };
        ($from:literal, $low:literal, $expanded:literal, $($i:literal)*) => {
            $(s = round::<W, $low>(s, w[$i], w[($i + 4) % 16], T[$from + $i]);
            if $i < $expanded {
                w[$i] = expand(&w, $i);
            })*
        };
    }
    sixteen!(0, true, 16);
    sixteen!(16, false, 16);
    sixteen!(32, false, 16);
    sixteen!(48, false, 4);
    core::array::from_fn(|k| s[k].xor(state[k]))
}

#[inline(always)]
fn round<W: Word, const LOW: bool>(
    [a, b, c, d, e, f, g, h]: [W; 8],
    w: W,
    w4: W,
    t: u32,
) -> [W; 8] {
    let a12 = a.left::<12>();
    let ss1 = a12.add(W::all(t)).add(e).left::<7>();
    let ss2 = ss1.xor(a12);
    let (ff, gg) = if LOW {
        (a.xor3(b, c), e.xor3(f, g))
    } else {
        (a.majority(b, c), e.choose(f, g))
    };
    let tt1 = d.add(w.xor(w4)).add(ff).add(ss2);
    let tt2 = h.add(w).add(gg).add(ss1);
    let p0 = tt2.xor3(tt2.left::<9>(), tt2.left::<17>());
    [tt1, a, b.left::<9>(), c, p0, e, f.left::<19>(), g]
}

/// W(j + 16), where `i` is j mod 16.
#[inline(always)]
fn expand<W: Word>(w: &[W; 16], i: usize) -> W {
    let at = |k: usize| w[(i + k) % 16];
    let x = at(0).xor3(at(7), at(13).left::<15>());
    let p1 = x.xor3(x.left::<15>(), x.left::<23>());
    p1.xor3(at(3).left::<7>(), at(10))
}

impl Word for u32 {
    #[inline(always)]
    fn all(word: u32) -> Self {
        word
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }
    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        self ^ second ^ third
    }
    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        (self & (second ^ third)) ^ (second & third)
    }
    #[inline(always)]
    fn choose(self, one: Self, zero: Self) -> Self {
        (self & (one ^ zero)) ^ zero
    }
    #[inline(always)]
    fn left<const N: i32>(self) -> Self {
        self.rotate_left(N as u32)
    }
}
