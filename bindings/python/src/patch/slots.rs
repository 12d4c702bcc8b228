//! The `sort` and `argsort` slots of NumPy's dtypes: what `np.sort`, `x.sort()`, `np.argsort`,
//! `np.lexsort` and all that is built on them call, one contiguous lane at a time.

use std::ffi::{c_int, c_void};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;

use ferrodide::sort::{self, SortKey};
use ferrodide::view::{View, ViewMut};
use numpy::npyffi::objects::PyArray_ArrFuncs;
use numpy::npyffi::{NPY_TYPES, PyArray_Descr, npy_intp};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use super::{CLong, CULong, Declined, Place, Site, from, type_name};

type SortFunction = unsafe extern "C" fn(*mut c_void, npy_intp, *mut c_void) -> c_int;
type ArgsortFunction = unsafe extern "C" fn(*mut c_void, *mut npy_intp, npy_intp, *mut c_void) -> c_int;

/// A slot of a dtype.
pub struct Slot {
    type_num: NPY_TYPES,
    /// NumPy's number of the kind: the default one is 0, the stable one 2.
    kind: usize,
    new: Function,
    /// The slot itself, once it is known.
    address: AtomicPtr<*mut ()>,
}

enum Function {
    Sort(SortFunction),
    Argsort(ArgsortFunction),
}

impl Function {
    fn address(&self) -> *mut () {
        match *self {
            Function::Sort(new) => new as *mut (),
            Function::Argsort(new) => new as *mut (),
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = if matches!(self.new, Function::Sort(_)) { "sort" } else { "argsort" };
        write!(f, "{table}[{}] of {}", self.kind, type_name(self.type_num as c_int))
    }
}

/// Places in NumPy's table of C functions (numpy/__multiarray_api.h); the second since NumPy 2.0.
const DESCR_FROM_TYPE: usize = 45;
const GET_ARR_FUNCS: usize = 365;

impl Slot {
    /// Where `old` is none: the kernel's function into the slot, and what was there; `None`
    /// where the slot is empty. Else `old` into the slot where the kernel's still is, or `None`.
    pub fn exchange(&self, py: Python<'_>, old: Option<*mut ()>) -> PyResult<Option<*mut ()>> {
        let api = py.import("numpy._core._multiarray_umath")?.getattr("_ARRAY_API")?.cast_into::<PyCapsule>()?;
        let api = api.pointer_checked(None)?.cast::<*const c_void>();
        // SAFETY: the capsule is NumPy's table, the functions at these places have these
        // signatures in every NumPy 2, and the dtypes of built-in types live for ever. A slot
        // holds a function pointer or null, and is only written while the interpreter is held.
        unsafe {
            let descr_from_type: extern "C" fn(c_int) -> *mut PyArray_Descr = api.add(DESCR_FROM_TYPE).cast().read();
            let arr_funcs: extern "C" fn(*const PyArray_Descr) -> *mut PyArray_ArrFuncs =
                api.add(GET_ARR_FUNCS).cast().read();
            let functions = arr_funcs(descr_from_type(self.type_num as c_int));
            let (slot, new): (*mut *mut (), *mut ()) = match self.new {
                Function::Sort(new) => ((&raw mut (*functions).sort[self.kind]).cast(), new as *mut ()),
                Function::Argsort(new) => ((&raw mut (*functions).argsort[self.kind]).cast(), new as *mut ()),
            };
            self.address.store(slot, Relaxed);
            let now = slot.read();
            let next = match old {
                // Ours already, put back by somebody who had kept it: it must not become its own fallback.
                None if now.is_null() || now == new => return Ok(None),
                None => new,
                // Lent for a call on its way in another thread, which leaves it as it is now.
                Some(old) if now == old => return Ok(Some(now)),
                Some(_) if now != new => return Ok(None),
                Some(old) => old,
            };
            slot.write(next);
            Ok(Some(now))
        }
    }
}

/// NumPy's kind of sort that is stable: timsort, but for the smallest integers.
const STABLE: usize = 2;

/// Which of the two tables of slots.
#[derive(Clone, Copy)]
pub enum Table {
    Sort,
    Argsort,
}

/// NumPy's own functions in the slots of a dtype, in one of the tables, until it is dropped.
///
/// A call on many short lanes takes one for each; that each goes by way of a kernel's function, which hands it on,
/// takes up to a fifth longer.
pub struct Lent([Option<&'static Site>; 2]);

impl Lent {
    /// Of the dtype of this number, while the interpreter is held.
    pub fn new(type_num: c_int, table: Table) -> Self {
        let places = usize::try_from(type_num).ok().and_then(|number| PLACES[table as usize].get(number));
        let lent = Self(places.map_or([None; 2], |places| places.map(|place| SITES.get(usize::from(place)))));
        lent.exchange(|site, _| site.old());
        lent
    }

    #[inline(always)]
    fn exchange(&self, next: impl Fn(&Site, &Slot) -> *mut ()) {
        for site in self.0.into_iter().flatten() {
            let Place::Slot(slot) = &site.place else { continue };
            if site.is_swapped() {
                // SAFETY: a swapped site knows its slot, which lives for ever and holds a pointer to a function; only
                // written while the interpreter is held. Another thread's sort finds one of the two functions there.
                unsafe {
                    let address = slot.address.load(Relaxed);
                    if [site.old(), slot.new.address()].contains(&address.read()) {
                        address.write(next(site, slot));
                    }
                }
            }
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.exchange(|_, slot| slot.new.address());
    }
}

/// Lanes of fewer elements go to NumPy's own function, which is as fast there: measured through
/// `np.sort` and `np.argsort` in Pyodide, on one array over and over, which flatters comparisons.
const fn sort_from<T>(kind: usize) -> usize {
    match (size_of::<T>(), kind) {
        (8, _) => 2048,
        (1, STABLE) => 4096,
        // NumPy's is a radix sort, against which it takes many to count 65,536 values.
        (2, STABLE) => 400_000,
        (1, _) => 512,
        _ => 1536,
    }
}

/// The small integers have no stable site: NumPy's radix sort of them is as fast.
const fn argsort_from<T>(kind: usize) -> usize {
    match (size_of::<T>(), kind) {
        (8, STABLE) => 1024,
        (4, STABLE) => 2048,
        (4 | 8, _) => 6144,
        (2, _) => 2048,
        _ => 1536,
    }
}

/// Whether four pieces of a lane ascend or descend: so few runs are merged by timsort in less
/// time than a radix sort takes.
fn looks_ordered<T: SortKey>(lane: &[T]) -> bool {
    const PIECE: usize = 32;
    let last = lane.len().saturating_sub(PIECE);
    (0..4).all(|i| {
        let piece = &lane[last / 3 * i..][..PIECE.min(lane.len())];
        piece.is_sorted() || piece.is_sorted_by(|a, b| a >= b)
    })
}

/// What NumPy is told of a panic, which may have left a lane half done.
fn panicked() -> c_int {
    Python::attach(|py| PyRuntimeError::new_err("ferrodide: a sort panicked; the array is half sorted").restore(py));
    -1
}

/// One lane in place.
///
/// # Safety
/// As NumPy calls it: `n` adjacent, aligned, native elements of type `T`.
unsafe fn sort_lane<T: SortKey>(
    site: &Site,
    kind: usize,
    start: *mut c_void,
    n: npy_intp,
    array: *mut c_void,
) -> c_int {
    let len = n as usize;
    let why = 'declined: {
        if len < from(sort_from::<T>(kind)) {
            break 'declined Declined::Short;
        }
        // SAFETY: the caller's promise.
        if kind == STABLE && looks_ordered(unsafe { std::slice::from_raw_parts(start.cast::<T>(), len) }) {
            break 'declined Declined::Ordered;
        }
        let clock = site.start(len);
        let (shape, strides) = ([len], [size_of::<T>() as isize]);
        let sorted = catch_unwind(|| {
            // SAFETY: the caller's promise.
            sort::sort(unsafe { ViewMut::<T>::from_raw_parts(start.cast(), &shape, &strides) }, 0)
        });
        match sorted {
            Ok(Ok(())) => {
                site.served(clock);
                return 0;
            }
            Ok(Err(_)) => Declined::Memory,
            Err(_) => return panicked(),
        }
    };
    site.declined(why);
    // SAFETY: what stood in this slot has this signature, and the call is NumPy's own.
    unsafe { std::mem::transmute::<*mut (), SortFunction>(site.old())(start, n, array) }
}

/// The order of one lane into `order`, which holds a permutation: `0..n`, or what a lexsort
/// has made of it so far.
///
/// # Safety
/// As NumPy calls it: `n` adjacent, aligned, native elements of type `T`, and as many indices
/// of them.
unsafe fn argsort_lane<T: SortKey>(
    site: &Site,
    kind: usize,
    start: *mut c_void,
    order: *mut npy_intp,
    n: npy_intp,
    array: *mut c_void,
) -> c_int {
    let len = n as usize;
    let why = 'declined: {
        if len < from(argsort_from::<T>(kind)) {
            break 'declined Declined::Short;
        }
        // SAFETY: the caller's promise.
        let lane = unsafe { std::slice::from_raw_parts(start.cast::<T>(), len) };
        if kind == STABLE && looks_ordered(lane) {
            break 'declined Declined::Ordered;
        }
        let clock = site.start(len);
        // SAFETY: the caller's promise.
        let ordered =
            catch_unwind(AssertUnwindSafe(|| reorder(lane, unsafe { std::slice::from_raw_parts_mut(order, len) })));
        match ordered {
            Ok(Ok(())) => {
                site.served(clock);
                return 0;
            }
            Ok(Err(_)) => Declined::Memory,
            Err(_) => return panicked(),
        }
    };
    site.declined(why);
    // SAFETY: what stood in this slot has this signature, and the call is NumPy's own.
    unsafe { std::mem::transmute::<*mut (), ArgsortFunction>(site.old())(start, order, n, array) }
}

/// `order` so that the elements it points to ascend, stable: from `0..n`, or as a further key of a lexsort.
fn reorder<T: SortKey>(lane: &[T], order: &mut [isize]) -> ferrodide::Result<()> {
    let (shape, strides, index_strides) = ([lane.len()], [size_of::<T>() as isize], [size_of::<isize>() as isize]);
    if order.iter().copied().eq(0..lane.len() as isize) {
        let out = ViewMut::from_slice(order, &shape, &index_strides)?;
        return sort::argsort(View::from_slice(lane, &shape, &strides)?, 0, out);
    }
    sort::lexsort_by(lane, order)
}

/// A C function for a site of the table, which it has to know by number: NumPy hands it no data.
unsafe extern "C" fn sort_at<T: SortKey, const SITE: usize, const KIND: usize>(
    start: *mut c_void,
    n: npy_intp,
    array: *mut c_void,
) -> c_int {
    // SAFETY: NumPy's call, passed on.
    unsafe { sort_lane::<T>(&SITES[SITE], KIND, start, n, array) }
}

unsafe extern "C" fn argsort_at<T: SortKey, const SITE: usize, const KIND: usize>(
    start: *mut c_void,
    order: *mut npy_intp,
    n: npy_intp,
    array: *mut c_void,
) -> c_int {
    // SAFETY: NumPy's call, passed on.
    unsafe { argsort_lane::<T>(&SITES[SITE], KIND, start, order, n, array) }
}

/// NumPy's numbers of the dtypes that have slots.
const TYPES: usize = NPY_TYPES::NPY_DOUBLE as usize + 1;
/// No site.
const NONE: u8 = u8::MAX;

macro_rules! sites {
    ($($site:literal: $function:ident $t:ty, $type_num:ident, $kind:literal;)*) => {
        /// The sites by table, dtype and kind: a call with short lanes cannot look for them.
        static PLACES: [[[u8; 2]; TYPES]; 2] = {
            let mut places = [[[NONE; 2]; TYPES]; 2];
            $(places[sites!(@table $function) as usize][NPY_TYPES::$type_num as usize][$kind / STABLE] = $site;)*
            places
        };
        pub static SITES: [Site; [$($site),*].len()] = [$(sites!(@ $function, $t, $site, $type_num, $kind)),*];
    };
    (@table sort) => { Table::Sort };
    (@table argsort) => { Table::Argsort };
    (@ sort, $t:ty, $site:literal, $type_num:ident, $kind:literal) => {
        Site::new("sort", Place::Slot(Slot {
            type_num: NPY_TYPES::$type_num, kind: $kind, new: Function::Sort(sort_at::<$t, $site, $kind>),
            address: AtomicPtr::new(std::ptr::null_mut()),
        }))
    };
    (@ argsort, $t:ty, $site:literal, $type_num:ident, $kind:literal) => {
        Site::new("argsort", Place::Slot(Slot {
            type_num: NPY_TYPES::$type_num, kind: $kind, new: Function::Argsort(argsort_at::<$t, $site, $kind>),
            address: AtomicPtr::new(std::ptr::null_mut()),
        }))
    };
}

// Kind 1, heapsort, is the default one since NumPy 2. A bool is a byte, 0 or 1.
sites! {
    0: sort f64, NPY_DOUBLE, 0;
    1: sort f64, NPY_DOUBLE, 2;
    2: sort f32, NPY_FLOAT, 0;
    3: sort f32, NPY_FLOAT, 2;
    4: sort i8, NPY_BYTE, 0;
    5: sort i8, NPY_BYTE, 2;
    6: sort u8, NPY_UBYTE, 0;
    7: sort u8, NPY_UBYTE, 2;
    8: sort u8, NPY_BOOL, 0;
    9: sort u8, NPY_BOOL, 2;
    10: sort i16, NPY_SHORT, 0;
    11: sort i16, NPY_SHORT, 2;
    12: sort u16, NPY_USHORT, 0;
    13: sort u16, NPY_USHORT, 2;
    14: sort i32, NPY_INT, 0;
    15: sort i32, NPY_INT, 2;
    16: sort u32, NPY_UINT, 0;
    17: sort u32, NPY_UINT, 2;
    18: sort CLong, NPY_LONG, 0;
    19: sort CLong, NPY_LONG, 2;
    20: sort CULong, NPY_ULONG, 0;
    21: sort CULong, NPY_ULONG, 2;
    22: sort i64, NPY_LONGLONG, 0;
    23: sort i64, NPY_LONGLONG, 2;
    24: sort u64, NPY_ULONGLONG, 0;
    25: sort u64, NPY_ULONGLONG, 2;
    26: argsort f64, NPY_DOUBLE, 0;
    27: argsort f64, NPY_DOUBLE, 2;
    28: argsort f32, NPY_FLOAT, 0;
    29: argsort f32, NPY_FLOAT, 2;
    30: argsort i8, NPY_BYTE, 0;
    31: argsort u8, NPY_UBYTE, 0;
    32: argsort u8, NPY_BOOL, 0;
    33: argsort i16, NPY_SHORT, 0;
    34: argsort u16, NPY_USHORT, 0;
    35: argsort i32, NPY_INT, 0;
    36: argsort i32, NPY_INT, 2;
    37: argsort u32, NPY_UINT, 0;
    38: argsort u32, NPY_UINT, 2;
    39: argsort CLong, NPY_LONG, 0;
    40: argsort CLong, NPY_LONG, 2;
    41: argsort CULong, NPY_ULONG, 0;
    42: argsort CULong, NPY_ULONG, 2;
    43: argsort i64, NPY_LONGLONG, 0;
    44: argsort i64, NPY_LONGLONG, 2;
    45: argsort u64, NPY_ULONGLONG, 0;
    46: argsort u64, NPY_ULONGLONG, 2;
}
