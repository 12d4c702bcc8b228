//! The class under a compiled function: it finds the specialisation for its arguments and calls it. What it does not know
//! goes to Python, to `_miss`.

use std::collections::HashMap;
use std::ffi::c_int;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ferrodide_jit::{ArrayType, Type};
use numpy::npyffi::PyArrayObject;
use numpy::npyffi::flags::NPY_ARRAY_WRITEABLE;
use pyo3::exceptions::PyValueError;
use pyo3::ffi;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::plan::{Filling, Plan, layout_of};
use super::results::Reading;
use crate::array::{Kind, is_exact_array};

/// Slots that are on the stack: of ten arrays of two dimensions.
const FEW: usize = 64;

/// A compiled function's `run`: the address of the slots, and the status.
type Run = unsafe extern "C" fn(*mut u64) -> i32;

/// A specialisation that calls need not ask Python for.
struct Entry {
    types: String,
    key: u64,
    arguments: Vec<Plan>,
    result: Plan,
    globals: Vec<(ArrayType, Py<PyAny>)>,
    slots: usize,
    run: Run,
    converts: bool,
    /// Where an int of CPython's lies that is not 0 from when the page can interrupt; 0 of what asks for signals itself.
    signals: usize,
    /// Python's object of it, which keeps `run` in the table.
    owner: Py<PyAny>,
}

/// What a call finds them by.
#[derive(Default)]
struct Entries {
    /// The one of the last call, which mostly is that of the next.
    last: Option<Arc<Entry>>,
    by_key: HashMap<u64, Vec<Arc<Entry>>>,
}

/// The specialisations of a function.
#[pyclass(frozen, subclass, module = "ferrodide._core", name = "_JitCaller")]
#[derive(Default)]
pub struct Caller(Mutex<Entries>);

/// A number of the arguments' types, by what shows at a glance; two lists of types may have one.
///
/// # Safety
/// A live tuple; the interpreter is held.
unsafe fn key(py: Python<'_>, args: *mut ffi::PyObject) -> u64 {
    let mut key = 0xcbf2_9ce4_8422_2325_u64;
    let mut mix = |part: u64| key = (key.rotate_left(5) ^ part).wrapping_mul(0x517c_c1b7_2722_0a95);
    // SAFETY: the caller's promise; an object's class is looked at before it is read as one.
    unsafe {
        for i in 0..ffi::PyTuple_GET_SIZE(args) {
            let object = ffi::PyTuple_GET_ITEM(args, i);
            mix(ffi::Py_TYPE(object) as usize as u64);
            if is_exact_array(py, object) {
                let fields = &(*object.cast::<PyArrayObject>()).fields;
                let kind = Kind::of((*fields.descr).fields.type_num).map_or(0, |kind| 1 + kind as u64);
                let writeable = u64::from(fields.flags & NPY_ARRAY_WRITEABLE != 0);
                mix(kind | (fields.nd as u64) << 8 | (layout_of(fields.flags) as u64) << 16 | writeable << 24);
            } else if ffi::PyUnicode_CheckExact(object) != 0 {
                mix(ffi::PyObject_Hash(object) as u64);
            }
        }
    }
    key
}

impl Entry {
    /// The result of a call; `None` where the arguments are not of its types.
    fn call<'py>(&self, slf: &Bound<'py, Caller>, args: &Bound<'py, PyTuple>) -> Option<PyResult<Bound<'py, PyAny>>> {
        if self.slots <= FEW {
            self.call_on(slf, args, &mut [0; FEW][..])
        } else {
            self.call_on(slf, args, &mut vec![0; self.slots])
        }
    }

    fn call_on<'py>(
        &self,
        slf: &Bound<'py, Caller>,
        args: &Bound<'py, PyTuple>,
        slots: &mut [u64],
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        let (py, given) = (slf.py(), args.len());
        // SAFETY: `_learn` vouches for the address.
        let asked = self.signals != 0 && unsafe { (self.signals as *const c_int).read_volatile() != 0 };
        if given > self.arguments.len() || asked {
            return None;
        }
        let mut filling = Filling::new(slots, self.converts);
        for (i, plan) in self.arguments.iter().enumerate() {
            // SAFETY: an element of a live tuple, or null behind its end.
            let fits = unsafe {
                let object =
                    if i < given { ffi::PyTuple_GET_ITEM(args.as_ptr(), i as isize) } else { std::ptr::null_mut() };
                filling.write(py, plan, object)
            };
            if !fits {
                return None;
            }
        }
        for (array, object) in &self.globals {
            // SAFETY: a live object.
            if !unsafe { filling.array(py, array, object.as_ptr(), false) } {
                return None;
            }
        }
        // SAFETY: the compiled function of these types; the block is as long as it asked for, and the arguments outlive the
        // call.
        let status = unsafe { (self.run)(slots.as_mut_ptr()) };
        if status != 0 {
            return Some(Err(self.failed(py, status)));
        }
        let everything = |into: &mut Vec<Bound<'py, PyAny>>| {
            args.iter().for_each(|each| flatten(each, into));
            into.extend(self.globals.iter().map(|each| each.1.bind(py).clone()));
        };
        // SAFETY: the slots are its results now.
        Some(unsafe { Reading::new(py, slots).read(&self.result, &everything) })
    }

    /// The exception of a status: that of a signal's handler, or the one that the function's source raises.
    fn failed(&self, py: Python<'_>, status: i32) -> PyErr {
        if let Some(error) = PyErr::take(py) {
            return error;
        }
        match self.owner.bind(py).call_method1("fail", (status,)) {
            Err(error) => error,
            Ok(_) => PyValueError::new_err("a compiled function failed without an exception"),
        }
    }
}

/// The arguments, and what is in tuples of them.
fn flatten<'py>(object: Bound<'py, PyAny>, into: &mut Vec<Bound<'py, PyAny>>) {
    match object.cast::<PyTuple>() {
        Ok(tuple) => tuple.iter().for_each(|each| flatten(each, into)),
        Err(_) => into.push(object),
    }
}

impl Caller {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The result of the specialisation for these arguments, if it is known.
    fn known<'py>(slf: &Bound<'py, Self>, args: &Bound<'py, PyTuple>) -> Option<PyResult<Bound<'py, PyAny>>> {
        let this = slf.get();
        // No lock is held while compiled code runs: a signal's handler may call the function again.
        let last = this.entries().last.clone()?;
        // SAFETY: a live tuple.
        let key = || unsafe { key(slf.py(), args.as_ptr()) };
        // One that converts may take what another is nearer to.
        if (!last.converts || last.key == key())
            && let Some(result) = last.call(slf, args)
        {
            return Some(result);
        }
        let key = key();
        let found = this.entries().by_key.get(&key).cloned()?;
        for entry in found {
            if let Some(result) = entry.call(slf, args) {
                let before = this.entries().last.replace(entry);
                drop(before);
                return Some(result);
            }
        }
        None
    }
}

#[pymethods]
impl Caller {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::default()
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if kwargs.is_none()
            && let Some(result) = Self::known(slf, args)
        {
            return result;
        }
        let none = PyDict::new(slf.py());
        slf.call_method1("_miss", (args, kwargs.unwrap_or(&none)))
    }

    /// Lets calls with arguments like these go to a specialisation without asking Python.
    ///
    /// `classes` has those of named tuples by their names, and NumPy's as `numpy.f8`. `signals` is the address of an int that
    /// lives as long as the interpreter, or 0: once that is not 0, the specialisation is another's to make.
    #[allow(clippy::too_many_arguments)]
    fn _learn(
        &self,
        args: &Bound<'_, PyTuple>,
        types: Vec<String>,
        result: &str,
        slots: usize,
        pointer: usize,
        classes: &Bound<'_, PyDict>,
        globals: &Bound<'_, PyList>,
        converts: bool,
        signals: usize,
        owner: Py<PyAny>,
    ) -> PyResult<()> {
        let py = args.py();
        let parsed = |text: &str| {
            Type::parse(text).ok_or_else(|| PyValueError::new_err(format!("{text} is no type of an argument")))
        };
        let plan = |text: &str| Plan::new(&parsed(text)?, classes);
        let (arguments, hidden) = types
            .split_at_checked(types.len() - globals.len())
            .ok_or_else(|| PyValueError::new_err("more global arrays than types"))?;
        let arguments = arguments.iter().map(|text| plan(text)).collect::<PyResult<Vec<_>>>()?;
        let mut arrays = Vec::new();
        for (text, object) in hidden.iter().zip(globals.iter()) {
            let Type::Array(array) = parsed(text)? else {
                return Err(PyValueError::new_err(format!("{text} is no array")));
            };
            arrays.push((array, object.unbind()));
        }
        let result = plan(result)?;
        let hidden_slots: usize = arrays.iter().map(|each| 2 + 2 * usize::from(each.0.ndim)).sum();
        let given = arguments.iter().map(Plan::slots).sum::<usize>() + hidden_slots;
        if pointer == 0 {
            return Err(PyValueError::new_err("a null pointer"));
        }
        // SAFETY: a live tuple.
        let key = unsafe { key(py, args.as_ptr()) };
        // SAFETY: Python vouches for a C function of this signature, which lives as long as `owner`.
        let run = unsafe { std::mem::transmute::<usize, Run>(pointer) };
        let entry = Arc::new(Entry {
            types: types.join(" "),
            key,
            slots: slots.max(given).max(result.slots()),
            arguments,
            result,
            globals: arrays,
            run,
            converts,
            signals,
            owner,
        });
        let mut entries = self.entries();
        let same = entries.by_key.entry(key).or_default();
        let (old, mut kept): (Vec<_>, Vec<_>) = same.drain(..).partition(|each| each.types == entry.types);
        kept.push(entry.clone());
        *same = kept;
        let last = entries.last.replace(entry);
        drop(entries);
        // What Python does when these go may come back here.
        drop((old, last));
        Ok(())
    }

    /// Lets every call ask Python again.
    fn _forget(&self) {
        let dropped = std::mem::take(&mut *self.entries());
        drop(dropped);
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Whoever holds the lock is at work, and the collector comes again.
        let Ok(entries) = self.0.try_lock() else { return Ok(()) };
        for entry in entries.by_key.values().flatten() {
            // Shared with a call that is running, it is not this object's alone.
            visit.call(&entry.owner)?;
            entry.globals.iter().try_for_each(|each| visit.call(&each.1))?;
            entry.arguments.iter().try_for_each(|each| each.visit(&visit))?;
            entry.result.visit(&visit)?;
        }
        Ok(())
    }

    fn __clear__(&self) {
        self._forget();
    }
}
