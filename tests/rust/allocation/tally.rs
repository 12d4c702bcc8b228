//! The allocator of this test program: it counts the requests of one call, says who made each, and refuses the one it
//! is told to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};

/// What to do with the requests of the next [`armed`] call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plan {
    /// Grant all.
    Grant,
    /// Grant all, and note each.
    Note,
    /// Refuse the request of this number.
    RefuseOne(usize),
    /// Refuse it, and all that come after.
    RefuseFrom(usize),
}

/// Whose request it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Maker {
    /// One that takes no for an answer: it came through `try_reserve`.
    Fallible,
    /// One of crate `rapidfuzz`, which aborts the process where it is refused.
    Crate,
    /// Our own code, and it would abort as well. The backtrace.
    Infallible(String),
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    pub maker: Maker,
    pub bytes: usize,
    /// What the call holds with it. A reallocation holds both for a moment.
    pub live: isize,
    /// The most that fallible requests have made the call hold at one time, since the last of them that it still
    /// holds: what is free now for sure. (Before that one there was more free, but it may have taken just that.)
    pub granted: isize,
    /// Where it is, until it is given back.
    address: Option<usize>,
}

thread_local! {
    static PLAN: Cell<Plan> = const { Cell::new(Plan::Grant) };
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static NOTED: RefCell<Vec<Request>> = const { RefCell::new(Vec::new()) };
}

/// See the module.
pub struct Tally;

#[global_allocator]
static TALLY: Tally = Tally;

/// Whether a request of so many bytes is granted.
fn grant(bytes: usize) -> bool {
    // While a request is looked at, its own are not: `ARMED` is off. Nor is there any after the thread's end.
    if !ARMED.try_with(|armed| armed.replace(false)).unwrap_or(false) {
        return true;
    }
    let number = COUNT.get();
    COUNT.set(number + 1);
    let granted = match PLAN.get() {
        Plan::RefuseOne(refused) => number != refused,
        Plan::RefuseFrom(refused) => number < refused,
        Plan::Grant => true,
        Plan::Note => {
            let (live, maker) = (LIVE.get() + bytes as isize, maker());
            NOTED.with_borrow_mut(|noted| {
                let mut granted = 0;
                for earlier in noted.iter().rev().filter(|earlier| earlier.maker == Maker::Fallible) {
                    granted = granted.max(earlier.live);
                    if earlier.address.is_some() {
                        break;
                    }
                }
                noted.push(Request { maker, bytes, live, granted, address: None });
            });
            true
        }
    };
    if granted {
        LIVE.set(LIVE.get() + bytes as isize);
    }
    ARMED.set(true);
    granted
}

/// Memory was given back, or moved.
fn release(bytes: usize, address: *mut u8) {
    if !ARMED.try_with(Cell::get).unwrap_or(false) {
        return;
    }
    LIVE.set(LIVE.get() - bytes as isize);
    if PLAN.get() == Plan::Note {
        let here = Some(address as usize);
        let forget = |noted: &mut Vec<Request>| {
            noted.iter_mut().rev().find(|each| each.address == here).map(|each| each.address = None)
        };
        NOTED.with_borrow_mut(forget);
    }
}

/// Where the memory of the last request is.
fn settle(address: *mut u8) -> *mut u8 {
    if ARMED.try_with(Cell::get).unwrap_or(false) && PLAN.get() == Plan::Note {
        NOTED.with_borrow_mut(|noted| noted.last_mut().map(|last| last.address = Some(address as usize)));
    }
    address
}

fn maker() -> Maker {
    let trace = Backtrace::force_capture().to_string();
    let has = |name: &str| trace.contains(name);
    // The functions of `Vec` and of what is made of it.
    if has("::try_reserve") {
        Maker::Fallible
    } else if has("rapidfuzz::") {
        Maker::Crate
    } else {
        Maker::Infallible(trace)
    }
}

// SAFETY: all memory is the system allocator's, and each request is passed on as it came, or refused with a null pointer.
unsafe impl GlobalAlloc for Tally {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        if grant(layout.size()) { settle(unsafe { System.alloc(layout) }) } else { std::ptr::null_mut() }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        if grant(layout.size()) { settle(unsafe { System.alloc_zeroed(layout) }) } else { std::ptr::null_mut() }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // What shrinks is always granted.
        if bytes <= layout.size() {
            LIVE.set(LIVE.get() - (layout.size() - bytes) as isize);
            // SAFETY: the caller's promise.
            return unsafe { System.realloc(old, layout, bytes) };
        }
        if !grant(bytes) {
            return std::ptr::null_mut();
        }
        release(layout.size(), old);
        // SAFETY: the caller's promise.
        settle(unsafe { System.realloc(old, layout, bytes) })
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        release(layout.size(), old);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(old, layout) }
    }
}

/// The plan of the next [`armed`] call of this thread.
pub fn plan(plan: Plan) {
    PLAN.set(plan);
}

/// `f` under the plan. Only this is counted and refused.
pub fn armed<R>(f: impl FnOnce() -> R) -> R {
    COUNT.set(0);
    LIVE.set(0);
    ARMED.set(true);
    let result = f();
    ARMED.set(false);
    result
}

/// The requests since the last call of this.
pub fn take_notes() -> Vec<Request> {
    NOTED.take()
}
