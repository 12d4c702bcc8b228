//! `ferrodide._fused`: the elementwise loops that gain from relaxed SIMD, in a capsule for `_core`. A module of its own,
//! since an engine without these instructions refuses the whole module; and a small one, hence without PyO3.

use std::ffi::CStr;
use std::ptr;

use ferrodide::math::fused;
use pyo3_ffi::{
    PYTHON_API_VERSION, Py_DecRef, PyCapsule_New, PyModule_AddObjectRef, PyModule_Create2, PyModuleDef,
    PyModuleDef_HEAD_INIT, PyObject,
};

/// As `_core` knows it.
const CAPSULE: &CStr = c"ferrodide._fused.loops";

static mut MODULE: PyModuleDef = PyModuleDef {
    m_base: PyModuleDef_HEAD_INIT,
    m_name: c"_fused".as_ptr(),
    m_doc: ptr::null(),
    m_size: -1,
    m_methods: ptr::null_mut(),
    m_slots: ptr::null_mut(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
};

/// The module, whose `loops` is the capsule. It has none where the engine rounds a product and a sum twice.
///
/// # Safety
/// CPython's import calls it, once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInit__fused() -> *mut PyObject {
    // SAFETY: the definition lives as long as the process, and nothing else touches it; the table as well; CPython
    // vouches for a thread that may call it.
    unsafe {
        let module = PyModule_Create2(&raw mut MODULE, PYTHON_API_VERSION);
        if module.is_null() || !fused::fuses() {
            return module;
        }
        let table = (&raw const fused::LOOPS).cast_mut().cast();
        let capsule = PyCapsule_New(table, CAPSULE.as_ptr(), None);
        if capsule.is_null() || PyModule_AddObjectRef(module, c"loops".as_ptr(), capsule) < 0 {
            Py_DecRef(capsule);
            Py_DecRef(module);
            return ptr::null_mut();
        }
        Py_DecRef(capsule);
        module
    }
}
