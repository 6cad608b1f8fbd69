//! Pages of a list: numbered from 1, at most a hundred rows each.

/// Which page of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    number: u32,
    size: u32,
}

/// Why a page request cannot be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPage {
    /// Pages count from 1.
    #[error("pages count from 1")]
    Number,
    /// A page holds 1 to 100 rows.
    #[error("a page holds 1 to {} rows", PageRequest::MAX_SIZE)]
    Size,
}

impl PageRequest {
    /// Rows on a page when nothing is asked.
    pub const DEFAULT_SIZE: u32 = 20;
    /// Most rows on a page.
    pub const MAX_SIZE: u32 = 100;

    /// The page `number` (from 1) of `size` rows (1 to 100).
    pub fn new(number: u32, size: u32) -> Result<Self, BadPage> {
        if number == 0 {
            return Err(BadPage::Number);
        }
        if size == 0 || size > Self::MAX_SIZE {
            return Err(BadPage::Size);
        }
        Ok(Self { number, size })
    }

    /// The page's number, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Rows on the page.
    pub fn size(self) -> u32 {
        self.size
    }

    /// SQL's `limit`.
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }

    /// SQL's `offset`.
    pub fn offset(self) -> i64 {
        (i64::from(self.number) - 1) * i64::from(self.size)
    }
}

/// One page of a list and how many rows there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Rows of the whole list.
    pub count: i64,
    /// The page's rows.
    pub rows: Vec<T>,
}

/// One column of an ordering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy<C> {
    /// The column.
    pub column: C,
    /// From large to small.
    pub descending: bool,
}
