//! The icon's badge: what the tray tells at a glance, by shape and not by colour alone.

use tauri::image::Image;

use super::face::Mood;

type Colour = [u8; 4];

const AMBER: Colour = [0xF0, 0xA0, 0x20, 0xFF];
const RED: Colour = [0xD0, 0x30, 0x30, 0xFF];
const GREY: Colour = [0x80, 0x80, 0x80, 0xFF];
const WHITE: Colour = [0xFF, 0xFF, 0xFF, 0xFF];
const BLACK: Colour = [0x10, 0x10, 0x10, 0xFF];

/// The digits, and a plus sign, as rows of three bits.
const GLYPHS: [[u8; 5]; 11] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b011, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
    [0b000, 0b010, 0b111, 0b010, 0b000],
];
const PLUS: usize = 10;

/// The icon in a mood: a number on a disc (unread), an exclamation mark on a triangle (firing), a ring with a bar (a
/// feed is down), two bars on grey (paused).
pub(super) fn draw(icon: &Image<'_>, mood: Mood) -> Image<'static> {
    let mut canvas = Canvas { pixels: icon.rgba().to_vec(), width: icon.width(), height: icon.height() };
    match mood {
        Mood::Well => {}
        Mood::Unread(count) => {
            canvas.shape(AMBER, |x, y| inside_disc(x, y, 1.0));
            canvas.number(count);
        }
        Mood::Firing => {
            canvas.shape(RED, |x, y| (-1.0..1.0).contains(&y) && x.abs() <= (y + 1.0) / 2.0);
            canvas.shape(WHITE, |x, y| x.abs() < 0.13 && ((-0.35..0.4).contains(&y) || (0.55..0.8).contains(&y)));
        }
        Mood::Down => {
            canvas.shape(WHITE, |x, y| inside_disc(x, y, 1.0));
            canvas.shape(RED, |x, y| inside_disc(x, y, 1.0) && !inside_disc(x, y, 0.65));
            canvas.shape(RED, |x, y| inside_disc(x, y, 0.8) && (x - y).abs() < 0.22);
        }
        Mood::Paused => {
            canvas.fade();
            canvas.shape(GREY, |x, y| inside_disc(x, y, 1.0));
            canvas.shape(WHITE, |x, y| (0.15..0.45).contains(&x.abs()) && y.abs() < 0.5);
        }
    }
    Image::new_owned(canvas.pixels, canvas.width, canvas.height)
}

fn inside_disc(x: f32, y: f32, radius: f32) -> bool {
    x * x + y * y <= radius * radius
}

struct Canvas {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

impl Canvas {
    /// The badge's square, in the lower right corner: where it begins, and its side.
    fn square(&self) -> (u32, u32, u32) {
        let side = self.width.min(self.height) * 5 / 8;
        (self.width - side, self.height - side, side)
    }

    /// Fills what is inside a shape, given from -1 to 1 in the badge's square.
    #[expect(clippy::cast_precision_loss, reason = "an icon has few pixels")]
    fn shape(&mut self, colour: Colour, inside: impl Fn(f32, f32) -> bool) {
        let (left, top, side) = self.square();
        let place = |at: u32| (at as f32 + 0.5) / side as f32 * 2.0 - 1.0;
        for y in 0..side {
            for x in 0..side {
                if inside(place(x), place(y)) {
                    self.set(left + x, top + y, colour);
                }
            }
        }
    }

    /// Up to 9; then 9+.
    fn number(&mut self, count: u32) {
        let glyphs = if count > 9 { vec![9, PLUS] } else { vec![count as usize] };
        let (left, top, side) = self.square();
        let columns = u32::try_from(glyphs.len()).unwrap_or(1) * 4 - 1;
        let scale = (side / (columns + 4)).max(1);
        let (left, top) = (left + (side - columns * scale) / 2, top + (side - 5 * scale) / 2);
        for (index, glyph) in (0..).zip(glyphs) {
            for (row, bits) in (0..).zip(GLYPHS[glyph]) {
                for column in (0..3).filter(|column| bits >> (2 - column) & 1 == 1) {
                    for (x, y) in (0..scale).flat_map(|x| (0..scale).map(move |y| (x, y))) {
                        self.set(left + (index * 4 + column) * scale + x, top + row * scale + y, BLACK);
                    }
                }
            }
        }
    }

    /// Takes the colour out.
    fn fade(&mut self) {
        for pixel in self.pixels.as_chunks_mut::<4>().0 {
            let grey = ((u16::from(pixel[0]) + u16::from(pixel[1]) + u16::from(pixel[2])) / 3) as u8;
            *pixel = [grey, grey, grey, pixel[3] / 2];
        }
    }

    fn set(&mut self, x: u32, y: u32, colour: Colour) {
        let at = ((y * self.width + x) * 4) as usize;
        if let Some(pixel) = self.pixels.get_mut(at..at + 4) {
            pixel.copy_from_slice(&colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_looks_different_at_every_size() {
        for size in [16, 22, 32, 128] {
            let icon = Image::new_owned(vec![200; size * size * 4], size as u32, size as u32);
            let moods = [
                Mood::Well,
                Mood::Unread(1),
                Mood::Unread(7),
                Mood::Unread(42),
                Mood::Firing,
                Mood::Down,
                Mood::Paused,
            ];
            let drawn: Vec<_> = moods.iter().map(|mood| draw(&icon, *mood).rgba().to_vec()).collect();
            for (index, one) in drawn.iter().enumerate() {
                assert_eq!(one.len(), size * size * 4);
                assert!(drawn[..index].iter().all(|other| other != one), "{:?} at {size}", moods[index]);
            }
        }
    }
}
