//! The table of commands: everything that a key, the palette or the mouse can do.
//!
//! Owns ID, title, documentation, contexts and default keys of each command. Keymap, help, palette,
//! footer and the table of keys in the documents are derived from it. Refuses to run commands.

/// Where a key applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Every pane (not overlays, and not while editing).
    Global,
    /// The tree of requests.
    Tree,
    /// The URL bar.
    Url,
    /// Request tabs with rows: params, headers, form fields, parts.
    Rows,
    /// Request tabs with fields and texts: auth, body, expect, notes.
    Text,
    /// The response, in any tab.
    Response,
    /// The workspace editor.
    Workspace,
    /// A text is being edited: letters are typed.
    Editing,
    /// An overlay without a text field: help, a question, a list.
    Overlay,
    /// An overlay with a text field: palette, pickers, a prompt for a name. Letters are typed.
    Prompt,
}

impl Context {
    /// Every context, in the order of the help.
    pub const ALL: [Self; 10] = [
        Self::Global,
        Self::Tree,
        Self::Url,
        Self::Rows,
        Self::Text,
        Self::Response,
        Self::Workspace,
        Self::Editing,
        Self::Overlay,
        Self::Prompt,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Tree => "Tree",
            Self::Url => "URL bar",
            Self::Rows => "Rows",
            Self::Text => "Fields and texts",
            Self::Response => "Response",
            Self::Workspace => "Workspace editor",
            Self::Editing => "While editing",
            Self::Overlay => "Overlays",
            Self::Prompt => "Prompts and pickers",
        }
    }

    /// Whether it is a pane, where the keys of [`Context::Global`] apply, too.
    pub fn is_pane(self) -> bool {
        match self {
            Self::Tree | Self::Url | Self::Rows | Self::Text | Self::Response | Self::Workspace => true,
            Self::Global | Self::Editing | Self::Overlay | Self::Prompt => false,
        }
    }

    /// Whether letters are typed there, so that plain characters can't be keys.
    pub fn takes_text(self) -> bool {
        match self {
            Self::Editing | Self::Prompt => true,
            Self::Global
            | Self::Tree
            | Self::Url
            | Self::Rows
            | Self::Text
            | Self::Response
            | Self::Workspace
            | Self::Overlay => false,
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// The command.
    pub command: Command,
    /// Its name in the configuration.
    pub id: &'static str,
    /// Its name in the palette and the footer.
    pub title: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// Where its keys apply. Where letters are typed, plain characters don't.
    pub contexts: &'static [Context],
    /// Its default keys.
    pub keys: &'static [&'static str],
}

macro_rules! commands {
    ($($name:ident $id:literal $title:literal [$($context:ident),*] [$($key:literal),*] $doc:literal;)*) => {
        /// Everything that can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Command {
            $(#[doc = $doc] $name,)*
        }

        /// Every command once, in the order of the help.
        pub const COMMANDS: &[CommandInfo] = &[$(CommandInfo {
            command: Command::$name,
            id: $id,
            title: $title,
            doc: $doc,
            contexts: &[$(Context::$context),*],
            keys: &[$($key),*],
        }),*];
    };
}

commands! {
    Send "request.send" "Send" [Global, Editing] ["s", "f5", "ctrl-r"]
        "Sends the request, signed if its auth says so.";
    Cancel "request.cancel" "Cancel" [Global] ["x", "esc"]
        "Cancels the running send.";
    Save "request.save" "Save" [Global, Editing] ["w", "ctrl-s"]
        "Saves the request to its file.";
    SaveAs "request.save-as" "Save as" [Global] ["W"]
        "Saves the request under another name.";
    NewRequest "request.new" "New request" [Tree, Url, Rows, Text] ["n"]
        "Creates a request in the folder at the cursor.";
    Scratch "request.scratch" "Scratch request" [Global] ["ctrl-n"]
        "Opens a request without a name: type a URL and send it; saving asks for the name.";
    NewFolder "folder.new" "New folder" [Tree] ["N"]
        "Creates a folder in the folder at the cursor.";
    MethodPicker "request.method" "Method" [Global] ["M"]
        "Picks the HTTP method.";
    CopyCurl "request.copy-curl" "Copy as curl" [Global] ["c"]
        "Copies the request as a curl command.";

    Edit "edit.start" "Edit" [Url, Rows, Text, Workspace] ["enter", "i", "e"]
        "Edits what the cursor is on.";
    EndEdit "edit.end" "End editing" [Editing] ["esc"]
        "Stops editing; the keys are commands again.";
    CopySelection "edit.copy" "Copy" [Editing] ["alt-c"]
        "Copies what is selected in the field, or all of it.";
    Complete "edit.complete" "Complete" [Editing] ["ctrl-space"]
        "Takes the word that is offered, as Right does at the end of the text; where none is, offers some.";
    ExternalEditor "edit.external" "Open in $EDITOR" [Global, Editing] ["E", "alt-e"]
        "Opens the text, or an invalid file, in the external editor.";
    FormatBody "body.format" "Format JSON" [Text, Editing] ["F", "alt-j"]
        "Formats the JSON body; references stay as they are.";
    LiteralBody "body.literal" "Literal body" [Text, Editing] ["B", "alt-l"]
        "Sends {{ in the body as it is, or replaces names again.";
    Undo "edit.undo" "Undo" [Global, Editing] ["u", "ctrl-z"]
        "Undoes the last change; in the tree, the last move, rename, delete, order or new folder.";
    Redo "edit.redo" "Redo" [Global, Editing] ["U", "ctrl-y"]
        "Redoes the change that was undone.";
    Reveal "secret.reveal" "Reveal secrets" [Global] ["*"]
        "Shows or masks secrets on the screen.";

    ToggleRow "row.toggle" "Switch row" [Rows] ["space"]
        "Enables or disables the row; a disabled row is kept but not sent.";
    AddRow "row.add" "Add row" [Rows, Workspace] ["a"]
        "Adds a row and edits it.";
    DescribeRow "row.describe" "Describe row" [Rows] ["D"]
        "Edits the row's description, which is never sent.";
    DeleteRow "row.delete" "Delete row" [Rows, Workspace] ["d", "delete"]
        "Deletes the row.";

    Open "tree.open" "Open" [Tree] ["enter"]
        "Opens the request, or opens and closes the folder.";
    Rename "tree.rename" "Rename" [Tree, Workspace] ["r"]
        "Renames what the cursor is on: a request, folder, variable, environment or identity.";
    Duplicate "tree.duplicate" "Duplicate" [Tree] ["d"]
        "Duplicates the request or folder in place.";
    Mark "tree.mark" "Mark" [Tree] ["space"]
        "Marks the request or folder, to move or delete several at once; Cancel takes the marks away.";
    Move "tree.move" "Move" [Tree] ["m"]
        "Moves the request or folder, or what is marked, into another folder.";
    ReorderUp "tree.reorder-up" "Order up" [Tree] ["{", "shift-up"]
        "Moves the request or folder before the one above it.";
    ReorderDown "tree.reorder-down" "Order down" [Tree] ["}", "shift-down"]
        "Moves the request or folder behind the one below it.";
    Delete "tree.delete" "Delete" [Tree] ["D", "delete"]
        "Moves the request or folder, or what is marked, to the trash; undo brings it back.";
    FindInTree "tree.find" "Find request" [Tree] ["/"]
        "Finds a request by name.";
    FindText "request.find" "Find in requests" [Global] ["ctrl-f"]
        "Finds a text in the names, URLs, rows, bodies and notes of every request.";

    SearchResponse "response.search" "Search" [Response] ["/"]
        "Searches the response.";
    NextMatch "response.next-match" "Next match" [Response] ["n"]
        "Goes to the next match.";
    PreviousMatch "response.previous-match" "Previous match" [Response] ["N"]
        "Goes to the previous match.";
    CopyBody "response.copy-body" "Copy body" [Response] ["y"]
        "Copies what is selected, else the body as shown.";
    CopyHeader "response.copy-header" "Copy header" [Response] ["Y"]
        "Copies the value of the header at the cursor.";
    SaveBody "response.save-body" "Save body" [Response] ["o"]
        "Saves the body to a file.";
    GoToRow "response.go-to-row" "Go to row" [Response] ["g r"]
        "Goes to a row of the body by its number, or to a percentage of it.";
    OlderResponse "response.older" "Older response" [Response] ["("]
        "Shows the response before this one.";
    NewerResponse "response.newer" "Newer response" [Response] [")"]
        "Shows the response after this one.";
    TogglePretty "response.pretty" "Pretty or raw" [Response] ["p"]
        "Shows the body pretty-printed, or byte for byte.";
    ToggleWrap "response.wrap" "Wrap" [Response] ["Z"]
        "Wraps or truncates long lines.";

    IdentityPicker "identity.pick" "Identity" [Global] ["I"]
        "Picks the identity that signs this request.";
    RenewSession "identity.renew" "Renew session" [Global] ["R"]
        "Fetches fresh temporary credentials for this request's identity.";
    WhoSigns "identity.show" "Who signs" [Global] ["@"]
        "Shows who signs this request: account and ARN as STS says, where the credential is from, and what is wrong with it.";
    EnvironmentPicker "environment.pick" "Environment" [Global] ["v"]
        "Picks the environment whose variables apply.";
    OverrideVariable "variable.override" "Value for this run" [Workspace] ["o"]
        "Gives the variable a value for this run, which comes before every other and is never saved.";
    ShowVariable "variable.show" "Show variable" [Url, Rows, Text, Editing] ["V", "alt-v"]
        "Shows the value and source of a name in this field, and opens its place in the workspace editor.";
    CopyEnvironment "environment.copy" "Copy environment" [Workspace] ["y"]
        "Copies the environment under another name.";
    MarkProduction "environment.production" "Production" [Workspace] ["p"]
        "Marks the environment as production, where sending asks first, or takes the mark away.";
    WorkspaceProblems "workspace.problems" "Workspace problems" [Global] ["!"]
        "Lists what is wrong in signpost.toml, the folder.toml files and the configuration.";

    FocusTree "focus.tree" "Go to tree" [Global, Editing] ["1", "t", "alt-1"]
        "Goes to the tree.";
    FocusUrl "focus.url" "Go to URL" [Global, Editing] ["2", "alt-2"]
        "Goes to the URL bar.";
    FocusTabs "focus.request" "Go to request tabs" [Global, Editing] ["3", "alt-3"]
        "Goes to the request's tabs.";
    FocusResponse "focus.response" "Go to response" [Global, Editing] ["4", "alt-4"]
        "Goes to the response.";
    FocusWorkspace "focus.workspace" "Go to workspace" [Global, Editing] ["5", "alt-5"]
        "Goes to the workspace editor: variables, environments and identities as rows.";
    FocusNext "focus.next" "Next pane" [Global] ["tab"]
        "Goes to the next pane.";
    FocusPrevious "focus.previous" "Previous pane" [Global] ["shift-tab"]
        "Goes to the previous pane.";
    NextRequest "request.next" "Next request" [Global] ["J", "alt-down"]
        "Shows the next request in the tree, from any pane.";
    PreviousRequest "request.previous" "Previous request" [Global] ["K", "alt-up"]
        "Shows the previous request in the tree, from any pane.";
    NextTab "tab.next" "Next tab" [Global] ["]", "L"]
        "Shows the next tab of this pane.";
    PreviousTab "tab.previous" "Previous tab" [Global] ["[", "H"]
        "Shows the previous tab of this pane.";
    Up "move.up" "Up" [Global, Overlay, Prompt] ["k", "up"]
        "Goes up.";
    Down "move.down" "Down" [Global, Overlay, Prompt] ["j", "down"]
        "Goes down.";
    Left "move.left" "Left" [Global, Overlay] ["h", "left"]
        "Goes left, or closes the folder.";
    Right "move.right" "Right" [Global, Overlay] ["l", "right"]
        "Goes right, or opens the folder.";
    PageUp "move.page-up" "Page up" [Global, Overlay, Prompt] ["pageup"]
        "Goes up by a page.";
    PageDown "move.page-down" "Page down" [Global, Overlay, Prompt] ["pagedown"]
        "Goes down by a page.";
    HalfPageUp "move.half-page-up" "Half a page up" [Global, Overlay] ["ctrl-u"]
        "Goes up by half a page.";
    HalfPageDown "move.half-page-down" "Half a page down" [Global, Overlay] ["ctrl-d"]
        "Goes down by half a page.";
    Top "move.top" "Top" [Global, Overlay] ["g g", "home"]
        "Goes to the first line.";
    Bottom "move.bottom" "Bottom" [Global, Overlay] ["G", "end"]
        "Goes to the last line.";

    Palette "app.palette" "Commands" [Global] [":", "ctrl-p"]
        "Finds a command by name.";
    Help "app.help" "Help" [Global, Editing] ["?", "f1"]
        "Shows the keys, those that work here first.";
    Jump "app.jump" "Jump" [Global] ["f", "ctrl-g"]
        "Labels every place with a letter that jumps there.";
    Zoom "view.zoom" "Zoom" [Global] ["z"]
        "Maximizes or restores this pane.";
    NarrowTree "view.tree-narrower" "Narrower tree" [Global] ["<"]
        "Makes the tree narrower.";
    WidenTree "view.tree-wider" "Wider tree" [Global] [">"]
        "Makes the tree wider.";
    SwapLayout "view.layout" "Swap layout" [Global] ["\\"]
        "Puts the response below the request or next to it.";
    ToggleTheme "view.theme" "Light or dark" [Global] ["T"]
        "Switches between the light and the dark theme.";
    Quit "app.quit" "Quit" [Global, Editing] ["q", "ctrl-q"]
        "Quits; asks once if something isn't saved.";
    ForceQuit "app.force-quit" "Quit at once" [Global, Editing, Overlay, Prompt] ["ctrl-c"]
        "Quits from anywhere; unsaved changes stay as drafts.";

    Accept "overlay.accept" "Accept" [Overlay, Prompt] ["enter"]
        "Accepts the selection.";
    Yes "overlay.yes" "Yes" [Overlay] ["y"]
        "Answers a question with yes.";
    No "overlay.no" "No" [Overlay] ["n"]
        "Answers a question with no.";
    SaveYours "conflict.yours" "Save yours" [Overlay] ["o"]
        "Saves your version of a file in conflict.";
    TakeTheirs "conflict.theirs" "Take theirs" [Overlay] ["t"]
        "Takes the version on disk; undo restores yours.";
    SaveInClear "save.in-clear" "Save in the clear" [Overlay] ["c"]
        "Saves a request as it is, with the secrets in its rows.";
    OpenPage "login.open" "Open page" [Overlay] ["b"]
        "Opens the page to log in at in the browser.";
    CopyPage "login.copy" "Copy page URL" [Overlay] ["u"]
        "Copies the URL of the page to log in at.";
    SendAsItIs "expired.as-it-is" "Send as it is" [Overlay] ["s"]
        "Sends a request with its expired credential.";
    Close "overlay.close" "Close" [Overlay, Prompt] ["esc", "q"]
        "Closes the overlay and changes nothing.";
}

impl Command {
    /// Its row of the table.
    pub fn info(self) -> &'static CommandInfo {
        // The macro writes variants and rows in the same order.
        &COMMANDS[self as usize]
    }

    /// The command with this ID.
    pub fn by_id(id: &str) -> Option<Self> {
        COMMANDS.iter().find(|info| info.id == id).map(|info| info.command)
    }
}
