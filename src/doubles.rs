//! Numbers as doubles, block by block, so that a kernel is compiled for doubles only.

/// A number that a double holds, or that is rounded to one (integers beyond 2^53).
pub trait Doubles: Copy {
    /// A block as doubles, for which `buffer` has room.
    fn doubles<'a>(block: &'a [Self], buffer: &'a mut [f64]) -> &'a [f64];
}

impl Doubles for f64 {
    #[inline(always)]
    fn doubles<'a>(block: &'a [f64], _: &'a mut [f64]) -> &'a [f64] {
        block
    }
}

macro_rules! doubles {
    ($($t:ty),*) => {$(
        impl Doubles for $t {
            #[inline(always)]
            fn doubles<'a>(block: &'a [$t], buffer: &'a mut [f64]) -> &'a [f64] {
                let buffer = &mut buffer[..block.len()];
                buffer.iter_mut().zip(block).for_each(|(slot, &x)| *slot = x as f64);
                buffer
            }
        }
    )*};
}
doubles!(f32, i64, u64, i32, u32, i16, u16, i8, u8);
