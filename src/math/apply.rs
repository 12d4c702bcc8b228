//! A function of one number or of one vector, for code that has them in registers. The bits are those of the loops.

use super::{Kernel1, Kernel2};
use crate::simd::{F32Bits, F64Bits};

/// Lanes of the widest vector.
const MOST_LANES: usize = 16;

macro_rules! applied {
    ($name:ident, $lanes:ident, $T:ident, $Bits:ident, $Kernel:ident, $function:ident, $special:ident, $doc:literal, $($x:ident),*) => {
        #[doc = $doc]
        #[inline]
        pub fn $name<V: $Bits, K: $Kernel>($($x: V),*) -> V {
            let (result, good) = K::$function($($x),*);
            if good.all() { result } else { $lanes::<V, K>($($x,)* result, good) }
        }

        /// The lanes that the vector code left. Of its own, since it costs the caller's registers.
        #[cold]
        #[inline(never)]
        fn $lanes<V: $Bits, K: $Kernel>($($x: V,)* result: V, good: V) -> V {
            let (mut results, mut mask) = ([0.0; MOST_LANES], [0.0; MOST_LANES]);
            result.store(&mut results);
            good.store(&mut mask);
            $(let $x = {
                let mut lanes: [$T; MOST_LANES] = [0.0; MOST_LANES];
                $x.store(&mut lanes);
                lanes
            };)*
            for lane in (0..V::LANES).filter(|&lane| mask[lane].to_bits() == 0) {
                results[lane] = K::$special($($x[lane]),*);
            }
            V::load(&results)
        }
    };
}

applied!(wide, wide_lanes, f64, F64Bits, Kernel1, wide, special, "A function of f64: of one, or of each lane.", x);
applied!(
    wide2,
    wide2_lanes,
    f64,
    F64Bits,
    Kernel2,
    wide,
    special,
    "A function of two f64: of one pair, or lane by lane.",
    x,
    y
);
applied!(
    narrow,
    narrow_lanes,
    f32,
    F32Bits,
    Kernel1,
    narrow,
    narrow_special,
    "A function of f32: of one, or of each lane.",
    x
);
applied!(
    narrow2,
    narrow2_lanes,
    f32,
    F32Bits,
    Kernel2,
    narrow,
    narrow_special,
    "A function of two f32: of one pair, or lane by lane.",
    x,
    y
);
