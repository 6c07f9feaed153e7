//! Size + model -> areas, shared by drawing and the mouse.
//!
//! Owns where everything is. Pure: it reads its input and writes nothing.

use ratatui::layout::Rect;

use crate::config::ResponsePlace;

/// The smallest size that is drawn; below it, one line says so.
pub(crate) const LEAST: (u16, u16) = (40, 10);

/// From this width on, the tree is next to the panes; below it, it replaces them while focused.
pub(crate) const WIDE: u16 = 120;

/// From this width of the space next to the tree on, request and response are side by side.
const BESIDE: u16 = 118;

/// The least columns of a tree that stands next to the panes.
pub(crate) const LEAST_TREE: u16 = 16;

/// The most columns that a tree takes because of its content.
const MOST_FOR_CONTENT: u16 = 60;

/// The most columns of a tree next to the panes on a terminal of this width.
pub(crate) fn most_tree(width: u16) -> u16 {
    (width / 2).max(LEAST_TREE)
}

/// The columns of a tree that nobody gave a width: as many as its content takes, from what is
/// configured to a third of the terminal. Request and response stay side by side where they would
/// with the configured width.
fn tree_columns(shape: &Shape) -> u16 {
    let width = shape.size.0;
    let most = width / 3;
    let least = shape.tree_width.clamp(LEAST_TREE, most);
    let spare = width.saturating_sub(BESIDE);
    let most = if least <= spare { most.min(spare) } else { most };
    shape.tree_content.min(MOST_FOR_CONTENT).clamp(least, most.max(least))
}

/// A part of the screen that can be focused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Pane {
    /// The tree of requests.
    #[default]
    Tree,
    /// Method and URL.
    Url,
    /// The request's tabs.
    Request,
    /// The response's tabs.
    Response,
    /// The workspace editor, in the place of request and response.
    Workspace,
}

/// What the layout depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The focused pane.
    pub focus: Pane,
    /// Which of request and response was focused last; it gets the space if both don't fit.
    pub front: Pane,
    /// Whether the focused pane fills the screen.
    pub zoom: bool,
    /// Columns that the tree has at least, as configured.
    pub tree_width: u16,
    /// Columns that show the tree's rows in full, its border included.
    pub tree_content: u16,
    /// Columns that the user gave the tree.
    pub tree_chosen: Option<u16>,
    /// Where the response is shown.
    pub response: ResponsePlace,
    /// How many tenths of the space the request gets if both are shown.
    pub request_tenths: u16,
}

/// The area of everything. A pane that isn't drawn is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Areas {
    /// The whole screen.
    pub screen: Rect,
    /// The tree of requests.
    pub tree: Option<Rect>,
    /// Method and URL.
    pub url: Option<Rect>,
    /// The request's tabs.
    pub request: Option<Rect>,
    /// The response's tabs.
    pub response: Option<Rect>,
    /// The workspace editor; the request isn't drawn then.
    pub workspace: Option<Rect>,
    /// Whether there is too little space: tree, request and response take turns.
    pub folded: bool,
    /// The line that shows who signs.
    pub who: Rect,
    /// The keys that apply, or the notice.
    pub keys: Option<Rect>,
}

/// The areas; `None` if the terminal is too small.
pub(crate) fn areas(shape: &Shape) -> Option<Areas> {
    let (width, height) = shape.size;
    if width < LEAST.0 || height < LEAST.1 {
        return None;
    }
    let screen = Rect::new(0, 0, width, height);
    let (rest, keys) = cut_bottom(screen, 1);
    let (room, who) = cut_bottom(rest, 1);
    let mut areas = Areas { screen, who, keys: Some(keys), ..Areas::default() };
    if shape.zoom {
        zoomed(&mut areas, shape.focus, room);
        return Some(areas);
    }
    let room = if width >= WIDE {
        let chosen = shape.tree_chosen.map(|columns| columns.clamp(LEAST_TREE, most_tree(width)));
        let tree = chosen.unwrap_or_else(|| tree_columns(shape));
        let (tree, room) = cut_left(room, tree);
        areas.tree = Some(tree);
        room
    } else {
        if shape.focus == Pane::Tree {
            areas.tree = Some(room);
            areas.folded = true;
            return Some(areas);
        }
        room
    };
    if shape.focus == Pane::Workspace {
        areas.workspace = Some(room);
        return Some(areas);
    }
    let (url, room) = cut_top(room, 3);
    areas.url = Some(url);
    share(&mut areas, shape, room);
    Some(areas)
}

/// Gives the focused pane the whole space; the URL keeps its bar above request and response.
fn zoomed(areas: &mut Areas, focus: Pane, room: Rect) {
    match focus {
        Pane::Tree => areas.tree = Some(room),
        Pane::Url | Pane::Request => {
            let (url, room) = cut_top(room, 3);
            areas.url = Some(url);
            areas.request = Some(room);
        }
        Pane::Response => areas.response = Some(room),
        Pane::Workspace => areas.workspace = Some(room),
    }
}

/// Divides the space between request and response.
fn share(areas: &mut Areas, shape: &Shape, room: Rect) {
    let beside = match shape.response {
        ResponsePlace::Beside => room.width >= 60,
        ResponsePlace::Below => false,
        ResponsePlace::Auto => room.width >= BESIDE,
    };
    if beside {
        let (request, response) = cut_left(room, tenths(room.width, shape.request_tenths));
        (areas.request, areas.response) = (Some(request), Some(response));
    } else if room.height >= 24 {
        let (request, response) = cut_top(room, tenths(room.height, shape.request_tenths.min(5)).max(9));
        (areas.request, areas.response) = (Some(request), Some(response));
    } else {
        // Both don't fit: the one in front gets the space, the other shows its first line.
        let folded = 3.min(room.height);
        let (request, response) =
            if shape.front == Pane::Response { cut_top(room, folded) } else { cut_bottom(room, folded) };
        (areas.request, areas.response) = (Some(request), Some(response));
        areas.folded = true;
    }
}

fn tenths(length: u16, tenths: u16) -> u16 {
    // At most ten times a u16, which fits a u32; the result is at most `length`.
    u16::try_from(u32::from(length) * u32::from(tenths.min(10)) / 10).unwrap_or(length)
}

fn cut_top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}

fn cut_bottom(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let above = area.height - height;
    (Rect { height: above, ..area }, Rect { y: area.y + above, height, ..area })
}

fn cut_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area })
}

/// The inside of a pane with a border.
pub(crate) fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1).min(area.right()),
        y: area.y.saturating_add(1).min(area.bottom()),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// A box in the middle of the screen, for overlays.
pub(crate) fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width);
    let height = height.min(screen.height);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 3,
        width,
        height,
    }
}

/// A list that pops up next to a text that is being typed: below the line of `spot`, or above it where
/// there is more room, and never on that line. `within` are the lines that it may cover.
pub(crate) fn popup(within: Rect, spot: (u16, u16), (width, height): (u16, u16)) -> Rect {
    let (x, y) = spot;
    let below = within.bottom().saturating_sub(y.saturating_add(1));
    let above = y.min(within.bottom()).saturating_sub(within.y);
    let width = width.min(within.width);
    let x = x.min(within.right().saturating_sub(width)).max(within.x);
    if height <= below || below >= above {
        Rect { x, y: y.saturating_add(1), width, height: height.min(below) }
    } else {
        let height = height.min(above);
        Rect { x, y: y - height, width, height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(size: (u16, u16), focus: Pane) -> Shape {
        Shape {
            size,
            focus,
            front: if focus == Pane::Response { Pane::Response } else { Pane::Request },
            zoom: false,
            tree_width: 32,
            tree_content: 0,
            tree_chosen: None,
            response: ResponsePlace::Auto,
            request_tenths: 5,
        }
    }

    #[test]
    fn a_wide_terminal_shows_everything_at_once() {
        let areas = areas(&shape((160, 45), Pane::Tree)).unwrap();
        assert_eq!(areas.tree, Some(Rect::new(0, 0, 32, 43)));
        assert!(!areas.folded);
        assert_eq!(areas.url, Some(Rect::new(32, 0, 128, 3)));
        assert_eq!(areas.request, Some(Rect::new(32, 3, 64, 40)));
        assert_eq!(areas.response, Some(Rect::new(96, 3, 64, 40)));
    }

    #[test]
    fn the_tree_is_as_wide_as_its_content_within_limits() {
        let width = |size, content, chosen| {
            let shape = Shape { tree_content: content, tree_chosen: chosen, ..shape((size, 45), Pane::Tree) };
            areas(&shape).unwrap().tree.unwrap().width
        };
        assert_eq!(width(200, 10, None), 32);
        assert_eq!(width(200, 50, None), 50);
        assert_eq!(width(240, 500, None), 60);
        // Beyond 42 columns the response would go below the request.
        assert_eq!(width(160, 500, None), 42);
        assert_eq!(width(130, 500, None), 43);
        assert_eq!(width(200, 10, Some(70)), 70);
        assert_eq!(width(130, 10, Some(200)), 65);
        assert_eq!(width(130, 10, Some(1)), 16);
    }

    #[test]
    fn a_narrow_terminal_folds_the_pane_in_the_back() {
        let request = areas(&shape((80, 24), Pane::Request)).unwrap();
        assert_eq!(request.tree, None);
        assert_eq!(request.request.map(|r| r.height), Some(16));
        assert_eq!(request.response.map(|r| r.height), Some(3));
        let response = areas(&shape((80, 24), Pane::Response)).unwrap();
        assert_eq!(response.response.map(|r| r.height), Some(16));
    }

    #[test]
    fn a_list_never_covers_the_line_that_is_typed() {
        for (width, height) in [(40, 10), (80, 24), (160, 45)] {
            let screen = Rect::new(0, 0, width, height);
            for y in 0..height {
                for x in [0, width / 2, width - 1] {
                    let list = popup(screen, (x, y), (48, 8));
                    assert_eq!(list.intersection(screen), list, "{list:?}");
                    assert!(y < list.y || y >= list.bottom(), "{y} {list:?}");
                    assert!(list.height >= 4, "{list:?}");
                }
            }
        }
    }

    #[test]
    fn areas_stay_within_the_screen_at_any_size() {
        for width in 0..240 {
            for height in 0..70 {
                for focus in [Pane::Tree, Pane::Url, Pane::Request, Pane::Response, Pane::Workspace] {
                    for zoom in [false, true] {
                        let shape = Shape { zoom, ..shape((width, height), focus) };
                        let Some(areas) = areas(&shape) else {
                            assert!(width < LEAST.0 || height < LEAST.1);
                            continue;
                        };
                        for area in [
                            areas.tree,
                            areas.url,
                            areas.request,
                            areas.response,
                            areas.workspace,
                            areas.keys,
                        ]
                        .into_iter()
                        .flatten()
                        {
                            assert!(area.right() <= width && area.bottom() <= height, "{shape:?} {area:?}");
                        }
                    }
                }
            }
        }
    }
}
