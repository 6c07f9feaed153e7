# What jq 1.8 has and jaq doesn't, or has differently. These definitions hide the native functions of
# the same name, so that a program reaches nothing but its document.
def now: __now;
# The time zone of the machine is outside, too.
def localtime: gmtime;
def strflocaltime($format): strftime($format);
def env: error("env isn't available: a filter reads nothing but the document");
def halt: error("halt isn't available");
def halt($code): halt;
def halt_error: error;
def halt_error($code): error;
def debug_empty: empty;
def stderr_empty: empty;
def debug: .;
def debug(message): .;
def stderr: .;

# Numbers keep their digits.
def have_literal_numbers: true;
def have_decnum: true;

# Strings.
def __both($x): if isstring and ($x | isstring) then . else error("startswith() requires string inputs") end;
def __ltrimstr($x): ltrimstr($x);
def __rtrimstr($x): rtrimstr($x);
def ltrimstr($x): __both($x) | __ltrimstr($x);
def rtrimstr($x): if isstring and ($x | isstring) then __rtrimstr($x) else error("endswith() requires string inputs") end;
def trimstr($x): ltrimstr($x) | rtrimstr($x);
def __trim: trim;
def __ltrim: ltrim;
def __rtrim: rtrim;
def __trimmed(f): if isstring then f else error("trim input must be a string") end;
def trim: __trimmed(__trim);
def ltrim: __trimmed(__ltrim);
def rtrim: __trimmed(__rtrim);
def join($separator):
  def text: if . == null then "" elif isboolean or isnumber then tojson else . end;
  if length == 0 then ""
  else reduce .[] as $item (null; (if . == null then "" else . + $separator end) + ($item | text)) end;
def ascii: [.] | implode;
def __cell(quoted):
  if isnumber or isboolean then tojson
  elif . == null then ""
  elif isstring then quoted
  else error("\(type) (\(tojson)) is not valid in a csv row") end;
def __row(cell; $separator):
  if isarray then map(cell) | join($separator)
  else error("\(type) (\(tojson)) cannot be csv-formatted, only an array can be") end;
def @csv: __row(__cell("\"" + gsub("\""; "\"\"") + "\""); ",");
def @tsv:
  __row(__cell(gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")); "\t");

# Arrays and objects.
def IN(source): any(source == .; .);
def IN(source; set): any(source == set; .);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; stream; key): stream | [., $index[key]];
def JOIN($index; stream; key; join): stream | [., $index[key]] | join;
def toarray: if isarray then . else [.] end;
def from_entries:
  def key:
    if .key != null then .key
    elif .key == false then false
    else (.k // .name // .Name // .Key // .K) end;
  def text: if isstring then . elif . == null then "null" else tojson end;
  def val:
    if has("value") then .value elif has("v") then .v elif has("Value") then .Value else .V end;
  reduce .[] as $entry ({}; . + { ($entry | key | text): ($entry | val) });
def flatten($depth):
  def flat($depth): reduce .[] as $item ([]; if ($item | isarray) and $depth != 0 then . + ($item | flat($depth - 1)) else . + [$item] end);
  if $depth < 0 then error("flatten depth must not be negative") else flat($depth) end;
def flatten: flatten(1e9);
def __limit(n; f): limit(n; f);
def limit($n; f): if $n < 0 then error("limit doesn't support negative count") else __limit($n; f) end;
def __skip(n; f): skip(n; f);
def skip($n; f): if $n < 0 then error("skip doesn't support negative count") else __skip($n; f) end;
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else first(skip($n; f)) end;

# Paths.
def __set($path; $depth; $value):
  if $depth == ($path | length) then $value
  else
    $path[$depth] as $key
    | if . == null and ($key | isstring) then {} elif . == null and ($key | isnumber) then [] else . end
    | if isarray and ($key | isnumber) and $key >= 0 then
        ($key | floor) as $key
        | (if $key < length then .[$key] else null end) as $old
        | ($old | __set($path; $depth + 1; $value)) as $new
        | if $key < length then .[$key] = $new
          elif $key > 536870911 then error("Array index too large")
          else . + [range(length; $key) | null] + [$new] end
      elif isobject and ($key | isstring) then
        (.[$key] | __set($path; $depth + 1; $value)) as $new | .[$key] = $new
      elif isarray and ($key | isnumber) then
        if -$key > length then error("Out of bounds negative array index")
        else __set($path[:$depth] + [length + $key] + $path[$depth + 1:]; $depth; $value) end
      elif isobject then error("Cannot index object with \($key | type) (\($key | tojson))")
      else .[$key] |= __set($path; $depth + 1; $value) end
  end;
def setpath($path; $value):
  if ($path | isarray | not) then error("Path must be specified as an array") else __set($path; 0; $value) end;
def getpath($path): reduce $path[] as $key (.; if . == null then null else .[$key] end);
def pick(f): . as $input | reduce path(f) as $path (null; setpath($path; $input | getpath($path)));
def tostream:
  path(def walk: (.[]? | walk), .; walk) as $path
  | getpath($path)
  | reduce path(.[]?) as $child ([$path, .]; [$path + $child]);
def fromstream(f):
  foreach f as $event ({ value: null, done: false };
    if .done then { value: null, done: false } else . end
    | if $event | length == 2 then
        .done = ($event[0] | length == 0)
        | .value = (.value | setpath($event[0]; $event[1]))
      else .done = ($event[0] | length == 1) end;
    if .done then .value else empty end);
def truncate_stream(stream):
  . as $depth | null | stream | . as $event
  | if ($event[0] | length) > $depth then [$event[0][$depth:]] + $event[1:] else empty end;
