#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pegbox {

/// A part of a study description: a text, a list or a map, and where it stands.
struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text;                                ///< of a scalar
  bool quoted = false;                             ///< a quoted scalar is a text, whatever it looks like
  std::vector<Node> items;                         ///< of a list
  std::vector<std::pair<std::string, Node>> keys;  ///< of a map, in the order of the file; keys differ
  std::string place;                               ///< `digits.yaml:4:11`, or `--set space.layers`

  const Node* find(std::string_view key) const;
};

/// Parses YAML (JSON is YAML) from a text. `source` names it in messages. Throws `StudyError` with
/// `source:line:column`: malformed, tab in the indentation, duplicate key, anchors and aliases, not UTF-8, several
/// documents, nested too deeply.
Node parse_document(std::string_view text, const std::string& source);

/// Reads and parses a file of at most 1 MiB. Throws `StudyError`, for a file that cannot be read too.
Node read_document(const std::filesystem::path& file);

/// Sets the value at a path of keys (`space.layers.high`), making the maps on the way; `yaml` is parsed as YAML. What
/// stood there is replaced. A scalar on the way becomes a map with that scalar as `name` where the next key is not
/// `name` (so `strategy: tpe` can be given settings), a list on the way is an error.
void assign(Node& root, std::string_view path, std::string_view yaml, const std::string& place);

}  // namespace pegbox
