//! The loops that gain from products and sums rounded once, as a table that another WebAssembly module can hand
//! over: one that is built with relaxed SIMD, which not every engine has.

use super::{Binary, BinaryLoop, Real, Unary, UnaryLoop};

/// The loops of one element type, in the order of `Unary::NAMES` and `Binary::NAMES`.
#[repr(C)]
pub struct LoopsOf<T> {
    /// Of one operand.
    pub unary: [Option<UnaryLoop<T>>; Unary::NAMES.len()],
    /// Of two operands.
    pub binary: [Option<BinaryLoop<T>>; Binary::NAMES.len()],
}

/// Fused loops; none for a function that does not gain.
#[repr(C)]
pub struct Loops {
    /// Of f64.
    pub wide: LoopsOf<f64>,
    /// Of f32.
    pub narrow: LoopsOf<f32>,
}

impl Loops {
    /// The loop of a function, if there is one.
    pub fn unary<T: Real>(&self, f: Unary) -> Option<UnaryLoop<T>> {
        T::loops(self).unary[f as usize]
    }

    /// The loop of a function, if there is one.
    pub fn binary<T: Real>(&self, f: Binary) -> Option<BinaryLoop<T>> {
        T::loops(self).binary[f as usize]
    }
}

#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
mod made {
    use std::hint::black_box;

    use super::{Binary, Loops, LoopsOf, Real, Unary};
    use crate::math::{Path, binary_loop, unary_loop};
    use crate::simd::{F32Bits, F64Bits, Fused, Native, NativeF32};

    const fn loops<T: Real>(unary: &[Unary], binary: &[Binary]) -> LoopsOf<T> {
        let mut all = LoopsOf { unary: [None; Unary::NAMES.len()], binary: [None; Binary::NAMES.len()] };
        let mut i = 0;
        while i < unary.len() {
            all.unary[unary[i] as usize] = Some(unary_loop::<T>(unary[i], Path::Fused));
            i += 1;
        }
        let mut i = 0;
        while i < binary.len() {
            all.binary[binary[i] as usize] = Some(binary_loop::<T>(binary[i], Path::Fused));
            i += 1;
        }
        all
    }

    /// The functions themselves, of a table of names.
    const fn all<F: Copy, const N: usize>(names: &[(&str, F)]) -> [F; N] {
        let mut all = [names[0].1; N];
        let mut i = 0;
        while i < N {
            all[i] = names[i].1;
            i += 1;
        }
        all
    }

    /// Those that were measured to gain a tenth or more in Chromium: all of f64, and these of f32 (its exp and cosh lose a
    /// quarter).
    pub static LOOPS: Loops = Loops {
        wide: loops(&all::<_, { Unary::NAMES.len() }>(Unary::NAMES), &all::<_, { Binary::NAMES.len() }>(Binary::NAMES)),
        narrow: loops(
            &[
                Unary::Expm1,
                Unary::Log,
                Unary::Log2,
                Unary::Log10,
                Unary::Log1p,
                Unary::Tan,
                Unary::Arctan,
                Unary::Cbrt,
            ],
            &[Binary::Power, Binary::Arctan2],
        ),
    };

    /// Whether the vectors' product and sum round once here. An engine may round twice, and then does so always.
    pub fn fuses() -> bool {
        // The square of a is 1 + 2 d + d^2, and rounds to the first two.
        fn once<V: F64Bits>(d: f64) -> bool {
            let (a, square) = (V::splat(1.0 + d), V::splat(1.0 + 2.0 * d));
            let (more, less) = (a.madd(a, V::splat(0.0) - square), a.nmadd(a, square));
            more.same(V::splat(d * d)).and(less.same(V::splat(-d * d))).all()
        }
        fn once_f32<V: F32Bits>(d: f32) -> bool {
            let (a, square) = (V::splat(1.0 + d), V::splat(1.0 + 2.0 * d));
            let (more, less) = (a.madd(a, V::splat(0.0) - square), a.nmadd(a, square));
            more.same(V::splat(d * d)).and(less.same(V::splat(-d * d))).all()
        }
        once::<Fused<Native>>(black_box(2f64.powi(-27))) && once_f32::<Fused<NativeF32>>(black_box(2f32.powi(-12)))
    }
}
#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
pub use made::{LOOPS, fuses};
