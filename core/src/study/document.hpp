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
  std::string text = {};                                ///< of a scalar
  bool quoted = false;                                  ///< a quoted scalar is a text, whatever it looks like
  std::vector<Node> items = {};                         ///< of a list
  std::vector<std::pair<std::string, Node>> keys = {};  ///< of a map, in the order of the file; keys differ
  std::string place = {};                               ///< `digits.yaml:4:11`, or `--set space.layers`
  std::string key_place = {};                           ///< of a map's value: where its key stands

  const Node* find(std::string_view key) const;
};

/// Parses YAML (JSON is YAML) from a text of at most 1 MiB. `source` names it in messages. A text without content is a
/// null. Throws `StudyError` with `source:line:column` (both from 1, columns in bytes): malformed, tab in the
/// indentation, duplicate key, anchors and aliases, tags, not UTF-8, control characters, several documents, nested more
/// than 32 deep.
Node parse_document(std::string_view text, const std::string& source);

/// Reads and parses a file of at most 1 MiB. Throws `StudyError`, for a file that cannot be read too.
Node read_document(const std::filesystem::path& file);

/// Sets the value at a path of keys (`space.layers.high`), making the maps on the way; `yaml` is parsed as YAML. What
/// stood there is replaced. A scalar on the way becomes a map with that scalar as `name` where the next key is not
/// `name` (so `strategy: tpe` can be given settings), a list on the way is an error. `place` names the option in
/// messages; all that is set stands there. Throws `StudyError`.
void assign(Node& root, std::string_view path, std::string_view yaml, const std::string& place);

}  // namespace pegbox
