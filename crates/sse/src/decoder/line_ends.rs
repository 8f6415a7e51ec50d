//! Where lines end: the line ends of 64 bytes at a time, as the bits of a number.
//!
//! Lines of feeds are short. Starting a search anew for each of them costs more than the search itself.

use memchr::memchr2;
use wide::u8x16;

const LANES: usize = 16;
const BLOCK: usize = 64;

/// A CR or a LF in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineEnd {
    pub(super) at: usize,
    pub(super) cr: bool,
}

/// The line ends of a text, one after the other.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    /// Up to where blocks have been looked at.
    seen: usize,
    /// Where the last of them begins.
    block: usize,
    /// The line ends in it that have not been given yet: bit n for byte n.
    ends: u64,
    /// The CRs in it.
    crs: u64,
}

impl LineEnds {
    /// The next line end in `text`, which must be the same text each time.
    #[inline]
    pub(super) fn next(&mut self, text: &[u8]) -> Option<LineEnd> {
        if self.ends == 0 && !self.find(text) {
            return None;
        }
        let bit = self.ends.trailing_zeros();
        self.ends &= self.ends - 1;
        Some(LineEnd { at: self.block + bit as usize, cr: self.crs >> bit & 1 == 1 })
    }

    /// Looks at the next block that has a line end in it.
    #[inline(never)]
    fn find(&mut self, text: &[u8]) -> bool {
        if self.seen == text.len() {
            return false;
        }
        self.look(text);
        if self.ends == 0 && self.seen < text.len() {
            // A long line: this is what a plain search is good at.
            let distance = memchr2(b'\r', b'\n', &text[self.seen..]);
            self.seen = distance.map_or(text.len(), |distance| self.seen + distance);
            self.look(text);
        }
        self.ends != 0
    }

    #[inline]
    fn look(&mut self, text: &[u8]) {
        let rest = &text[self.seen..];
        self.block = self.seen;
        if let Some(block) = rest.first_chunk() {
            (self.ends, self.crs) = masks(block);
            self.seen += BLOCK;
        } else {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            (self.ends, self.crs) = masks(&block);
            self.seen = text.len();
        }
    }
}

/// The line ends of a block, and the CRs among them: bit n for byte n.
#[inline]
fn masks(block: &[u8; BLOCK]) -> (u64, u64) {
    let lanes = block.as_chunks::<LANES>().0;
    let lanes = [u8x16::new(lanes[0]), u8x16::new(lanes[1]), u8x16::new(lanes[2]), u8x16::new(lanes[3])];
    let crs = lanes.map(|lane| lane.simd_eq(u8x16::splat(b'\r')));
    let lfs = lanes.map(|lane| lane.simd_eq(u8x16::splat(b'\n')));
    let ends = bits([crs[0] | lfs[0], crs[1] | lfs[1], crs[2] | lfs[2], crs[3] | lfs[3]]);
    // Few streams have any.
    let any_cr = (crs[0] | crs[1] | crs[2] | crs[3]).to_bitmask() != 0;
    (ends, if any_cr { bits(crs) } else { 0 })
}

/// Bit n: whether byte n is set.
#[inline]
fn bits(lanes: [u8x16; BLOCK / LANES]) -> u64 {
    lanes.iter().rev().fold(0, |bits, lane| bits << LANES | u64::from(lane.to_bitmask()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(
            text in prop::collection::vec(prop::sample::select(b"\r\nx\x0b\x0c\x8d\x8a".to_vec()), 0..300),
            gap in 0usize..500,
        ) {
            let text = [vec![b'x'; gap], text.clone(), vec![0; gap], text].concat();
            let mut ends = LineEnds::default();
            let found: Vec<_> = std::iter::from_fn(|| ends.next(&text)).collect();
            prop_assert!(found.iter().all(|end| end.cr == (text[end.at] == b'\r')));
            let found: Vec<_> = found.iter().map(|end| end.at).collect();
            prop_assert_eq!(found, memchr::memchr2_iter(b'\r', b'\n', &text).collect::<Vec<_>>());
        }
    }
}
