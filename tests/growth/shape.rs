//! An input of any size for one step.

pub const FACTORS: [usize; 3] = [1, 2, 4];

/// The step, with its input. Panics where the outcome is not what it should be.
pub type Step = Box<dyn Fn()>;

pub struct Shape {
    pub name: String,
    /// The smallest size, n.
    pub size: usize,
    make: Box<dyn Fn(usize) -> Step>,
}

impl Shape {
    pub fn new<F: Fn() + 'static>(
        name: impl Into<String>,
        size: usize,
        make: impl Fn(usize) -> F + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            size,
            make: Box::new(move |size| Box::new(make(size))),
        }
    }

    /// At n, 2n and 4n; what a first call alone does is done.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        (self.make)(self.size)();
        FACTORS.iter().map(|factor| (self.make)(self.size * factor))
    }
}

/// A piece again and again, until there are so many bytes.
pub fn filled(piece: &str, size: usize) -> String {
    piece.repeat(size / piece.len())
}

/// Pieces by their number, counted down, until there are about so many bytes.
pub fn numbered(size: usize, piece: impl Fn(usize) -> String) -> String {
    let count = size / piece(0).len();
    (0..count).rev().map(piece).collect()
}
