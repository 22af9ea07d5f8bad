//! An allocator that looks into each block of memory that is freed, and reports secrets that still lie there.
//!
//! A buffer that grows is moved, and what it held before is freed as it was: each `realloc` counts as a move, though the
//! system's allocator may sometimes grow a block in place.

mod found;
#[path = "../../canary/search.rs"]
pub mod search;
#[path = "../../canary/secrets.rs"]
pub mod secrets;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    backtrace::Backtrace,
    cell::{Cell, RefCell},
    hint::black_box,
    slice,
};

pub use found::{Found, Frame};
use search::{Form, Search};

/// Make it the `#[global_allocator]`. It looks only while [`watch`] runs, and only at its thread.
pub struct Watcher;

/// What is looked for, and during which step of a flow.
#[derive(Clone, Copy)]
struct Watch {
    search: &'static Search,
    step: &'static str,
}

thread_local! {
    static WATCH: Cell<Option<Watch>> = const { Cell::new(None) };
    static HITS: RefCell<Vec<Hit>> = const { RefCell::new(Vec::new()) };
}

/// A secret in a freed block.
pub struct Hit {
    pub step: &'static str,
    /// Which of the secrets that were looked for.
    pub secret: usize,
    pub form: Form,
    /// The block's length, in bytes.
    pub bytes: usize,
    backtrace: Backtrace,
}

/// Runs `steps`, each under its name, and returns the secrets that lay in what they freed.
pub fn watch(search: &'static Search, steps: &[(&'static str, fn())]) -> Vec<Hit> {
    for (step, run) in steps {
        scrub_stack();
        WATCH.set(Some(Watch { search, step }));
        run();
        WATCH.set(None);
    }
    HITS.take()
}

/// A value that is moved into a block takes along what lay on the stack where it has no bytes of its own. That is no
/// buffer of anybody's, and what an earlier step left there must not be found in a later one.
#[inline(never)]
fn scrub_stack() {
    black_box([0u8; 256 * 1024]);
}

impl Watcher {
    fn look(block: &[u8]) {
        // Nothing that is freed while this thread ends is looked at, nor what the report itself frees.
        let Ok(Some(watch)) = WATCH.try_with(Cell::take) else { return };
        if let Some((secret, form)) = watch.search.first(block) {
            let hit = Hit { step: watch.step, secret, form, bytes: block.len(), backtrace: Backtrace::force_capture() };
            HITS.with_borrow_mut(|hits| hits.push(hit));
        }
        WATCH.set(Some(watch));
    }
}

// SAFETY: each call goes to the system's allocator with the layout that the caller gave, but for `realloc`, which is made
// of the two others as `GlobalAlloc` itself makes it. Blocks are zeroed, so that every byte of one is initialised when it
// is looked at, and nobody else has a block while it is being freed.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Watcher {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            Self::look(slice::from_raw_parts(block, layout.size()));
            System.dealloc(block, layout);
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }
}
