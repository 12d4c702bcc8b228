//! Sums of products of any number type, by the definition.

use ferrodide::linalg::{Complex, Multiply};

use super::input::{Element, Input};
use super::matrix::Float;
use super::strided::Item;

/// A number of which products are summed.
pub trait Terms: Item + Multiply {
    /// A sum so far.
    type Sum: Default;
    /// No mark.
    const OTHER: Self;
    /// Operands so many of which may be multiplied: those products and their sums stay in range.
    fn factors(input: &mut Input, n: usize, together: i32) -> Vec<Self>;
    fn add(sum: &mut Self::Sum, factors: &[Self]);
    /// Whether a factor or a product is not finite.
    fn is_special(sum: &Self::Sum) -> bool;
    /// What the result of so many terms should be, where it is not that.
    fn differs(got: Self, sum: &Self::Sum, terms: usize) -> Option<String>;
}

/// A sum of doubles, and that of the magnitudes.
#[derive(Default)]
pub struct Real {
    sum: f64,
    size: f64,
    factors: usize,
}

impl Real {
    fn add(&mut self, term: f64, factors: usize) {
        (self.sum, self.size, self.factors) = (self.sum + term, self.size + term.abs(), factors);
    }

    fn differs<T: Float>(&self, got: T, terms: usize) -> Option<String> {
        let (got, Self { sum, size, factors }) = (got.to_f64(), self);
        // The bound of any order of the sum; one more rounding in each addition where there is no fused one.
        let bound = (terms + 2 * factors) as f64 * T::EPSILON.to_f64() * size + T::MIN_POSITIVE.to_f64() * terms as f64;
        let agrees =
            if size.is_finite() { (got - sum).abs() <= bound } else { got == *sum || (got.is_nan() && sum.is_nan()) };
        (!agrees).then(|| format!("{sum:e} within {bound:e}"))
    }
}

macro_rules! floats {
    ($($float:ident),*) => {$(
        impl Terms for $float {
            type Sum = Real;
            const OTHER: $float = 55.0;
            fn factors(input: &mut Input, n: usize, together: i32) -> Vec<$float> {
                input.moderate(n, 2 * $float::ROOM / together).into_iter().map(|x| x as $float).collect()
            }
            fn add(sum: &mut Real, factors: &[$float]) {
                sum.add(factors.iter().map(|x| f64::from(*x)).product(), factors.len());
            }
            fn is_special(sum: &Real) -> bool {
                !sum.size.is_finite()
            }
            fn differs(got: $float, sum: &Real, terms: usize) -> Option<String> {
                sum.differs(got, terms)
            }
        }

        impl Item for Complex<$float> {
            fn mark() -> Self {
                Complex { re: 77.0, im: -77.0 }
            }
            fn is_mark(self) -> bool {
                self == Self::mark()
            }
        }

        impl Terms for Complex<$float> {
            type Sum = [Real; 2];
            const OTHER: Self = Complex { re: 55.0, im: -55.0 };
            fn factors(input: &mut Input, n: usize, together: i32) -> Vec<Self> {
                let (re, im) = ($float::factors(input, n, together), $float::factors(input, n, together));
                re.into_iter().zip(im).map(|(re, im)| Complex { re, im }).collect()
            }
            fn add([re, im]: &mut [Real; 2], factors: &[Self]) {
                // The expanded product: each choice of parts is one term, and the power of i says of which sum.
                for choice in 0..1usize << factors.len() {
                    let parts = factors.iter().enumerate().map(|(at, x)| if choice >> at & 1 == 0 { x.re } else { x.im });
                    let term: f64 = parts.map(f64::from).product();
                    match choice.count_ones() % 4 {
                        0 => re.add(term, 2 * factors.len()),
                        1 => im.add(term, 2 * factors.len()),
                        2 => re.add(-term, 2 * factors.len()),
                        _ => im.add(-term, 2 * factors.len()),
                    }
                }
            }
            fn is_special(sum: &[Real; 2]) -> bool {
                sum.iter().any(|sum| !sum.size.is_finite())
            }
            fn differs(got: Self, sum: &[Real; 2], terms: usize) -> Option<String> {
                let [re, im] = [(got.re, &sum[0]), (got.im, &sum[1])].map(|(got, sum)| sum.differs(got, 2 * terms));
                re.map(|re| format!("real {re}")).or(im.map(|im| format!("imaginary {im}")))
            }
        }
    )*};
}
floats!(f64, f32);

macro_rules! integers {
    ($($int:ident),*) => {$(
        impl Terms for $int {
            /// Modulo 2^64, whose lower bits are the result's.
            type Sum = u64;
            const OTHER: $int = 55;
            fn factors(input: &mut Input, n: usize, _: i32) -> Vec<$int> {
                input.lane(n)
            }
            fn add(sum: &mut u64, factors: &[$int]) {
                *sum = sum.wrapping_add(factors.iter().fold(1, |product, x| x.own_bits().wrapping_mul(product)));
            }
            fn is_special(_: &u64) -> bool {
                false
            }
            fn differs(got: $int, sum: &u64, _: usize) -> Option<String> {
                (got != $int::of_bits(*sum)).then(|| $int::of_bits(*sum).to_string())
            }
        }
    )*};
}
integers!(i64, i32, i16, i8, u64, u32, u16, u8);

/// Calls a function of any number type there are products of.
macro_rules! of_numbers {
    ($input:expr, $function:ident) => {
        of_types!(
            $input,
            $function,
            f64,
            f32,
            i64,
            i32,
            u8,
            i8,
            i16,
            u16,
            u32,
            u64,
            ferrodide::linalg::Complex<f64>,
            ferrodide::linalg::Complex<f32>
        )
    };
}
pub(crate) use of_numbers;
