//! What can go wrong while compiling, and whose it is.

use std::fmt;

/// A place in a source file: lines from 1, columns in UTF-8 bytes from 0, as Python's `ast` has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// Column in it.
    pub col: u32,
    /// Last line.
    pub end_line: u32,
    /// Column behind the last character.
    pub end_col: u32,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}:{}", self.line, self.col, self.end_line, self.end_col)
    }
}

/// Whose an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The user's: the types do not fit.
    Typing,
    /// The user's to know: not in the subset.
    Unsupported,
    /// Ours.
    Internal,
}

impl Kind {
    /// The name that the Python side knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Typing => "typing",
            Kind::Unsupported => "unsupported",
            Kind::Internal => "internal",
        }
    }
}

/// Why a function does not compile.
#[derive(Clone, Debug)]
pub struct Error {
    /// Whose it is.
    pub kind: Kind,
    /// One sentence.
    pub message: String,
    /// What to write instead, or nothing.
    pub hint: String,
    /// The file.
    pub file: String,
    /// The expression.
    pub span: Span,
    /// The calls that led there: function, file, line of the call.
    pub stack: Vec<(String, String, u32)>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} error: {}", self.file, self.span.line, self.kind.name(), self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " {}", self.hint) }
    }
}

impl std::error::Error for Error {}

/// A result whose error is boxed, since it is large and rare.
pub type Result<T> = std::result::Result<T, Box<Error>>;

/// An error at a place in the function being compiled, whose file is filled in on the way out.
pub fn error<T>(kind: Kind, span: Span, message: impl Into<String>) -> Result<T> {
    Err(Box::new(Error {
        kind,
        message: message.into(),
        hint: String::new(),
        file: String::new(),
        span,
        stack: Vec::new(),
    }))
}

/// The types do not fit.
pub fn typing<T>(span: Span, message: impl Into<String>) -> Result<T> {
    error(Kind::Typing, span, message)
}

/// Not in the subset.
pub fn unsupported<T>(span: Span, message: impl Into<String>) -> Result<T> {
    error(Kind::Unsupported, span, message)
}

/// A fault of the compiler's.
pub fn internal<T>(span: Span, message: impl Into<String>) -> Result<T> {
    error(Kind::Internal, span, message)
}

/// Adds what to write instead.
pub trait Hint {
    /// Adds what to write instead.
    fn hint(self, hint: impl Into<String>) -> Self;
}

impl<T> Hint for Result<T> {
    fn hint(self, hint: impl Into<String>) -> Self {
        self.map_err(|mut error| {
            error.hint = hint.into();
            error
        })
    }
}
