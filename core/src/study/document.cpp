#include "document.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "encoding.hpp"
#include "mistake.hpp"

namespace pegbox {
namespace {

constexpr std::size_t kLargest = 1 << 20;
constexpr std::size_t kDeepest = 32;
constexpr const char* kTooLarge = "larger than 1 MiB; a study file is a short text";
constexpr const char* kTooDeep = "nested more than 32 deep";
constexpr const char* kNoAnchors =
    "anchors and aliases ('&' and '*') have no meaning here; write the value out, or put it "
    "in quotes";
constexpr const char* kOpenQuote = "the quote that begins here is not closed";

/// Makes the tree from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::string source) : source_(std::move(source)) { root_.place = source_ + ":1:1"; }

  /// What was read; throws where a key was no text.
  Node take() {
    if (odd_key_) throw mistake(*odd_key_, "a key is a text, not a list or a map");
    return std::move(root_);
  }
  bool in_flow() const { return !open_.empty() && open_.back().flow; }
  const std::optional<YAML::Mark>& last_marked() const { return last_marked_; }

  std::string place(const YAML::Mark& mark) const {
    if (mark.is_null()) return source_;
    return source_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_)
      throw mistake(place(mark), "a second document begins here; a study is one document (is the indentation right?)");
    started_ = true;
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override {
    throw mistake(place(mark), kNoAnchors);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { throw mistake(place(mark), kNoAnchors); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (key_wanted()) throw mistake(place(mark), "a key is missing");
    // The mark of a value that is left out is wherever the text goes on.
    add({.place = open_.empty() ? root_.place : in_map() ? open_.back().key_place : place(mark)});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& text) override {
    if (tag != "?") last_marked_ = mark;
    const bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!quoted) check_tag(mark, tag, "");
    if (text.find('\0') != std::string::npos) throw mistake(place(mark), "a text cannot hold the zero character");
    if (key_wanted()) {
      take_key(text, place(mark));
    } else {
      add({.kind = Node::Kind::scalar, .text = text, .quoted = quoted, .place = place(mark)});
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value style) override {
    check_tag(mark, tag, "tag:yaml.org,2002:seq");
    begin(mark, Node::Kind::list, style);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value style) override {
    check_tag(mark, tag, "tag:yaml.org,2002:map");
    begin(mark, Node::Kind::map, style);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    Node node = {};
    bool flow = false;
    bool keyed = false;  ///< the value of `key` is awaited
    std::string key = {};
    std::string key_place = {};
    std::map<std::string, std::string> places = {};  ///< of all keys up to now
  };

  bool in_map() const { return !open_.empty() && open_.back().node.kind == Node::Kind::map; }
  bool key_wanted() const { return !odd_key_ && in_map() && !open_.back().keyed; }

  void check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view own) const {
    if (tag.empty() || tag == "?" || tag == own) return;
    throw mistake(place(mark), "the tag '" + tag + "' has no meaning here; leave it out");
  }

  void take_key(const std::string& key, const std::string& place) {
    Open& map = open_.back();
    const auto [known, is_new] = map.places.emplace(key, place);
    if (!is_new) throw mistake(place, "duplicate key '" + key + "'; it stands at " + known->second + " already");
    map.key = key;
    map.key_place = place;
    map.keyed = true;
  }

  void begin(const YAML::Mark& mark, Node::Kind kind, YAML::EmitterStyle::value style) {
    if (key_wanted()) odd_key_ = place(mark);
    if (odd_key_) return;
    if (open_.size() == kDeepest) throw mistake(place(mark), kTooDeep);
    open_.push_back({.node = {.kind = kind, .place = place(mark)}, .flow = style == YAML::EmitterStyle::Flow});
  }

  void end() {
    if (odd_key_) return;
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (odd_key_) return;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(node));
      return;
    }
    node.key_place = parent.key_place;
    parent.node.keys.emplace_back(std::move(parent.key), std::move(node));
    parent.keyed = false;
  }

  std::string source_;
  Node root_;
  bool started_ = false;
  std::vector<Open> open_;
  /// Where a list or a map stood as a key; nothing is kept from there on. The parser takes a bracket that is never
  /// closed for one, and tells only later what is wrong.
  std::optional<std::string> odd_key_;
  std::optional<YAML::Mark> last_marked_;  ///< of the last scalar that was in quotes or had a tag
};

std::string_view line_of(std::string_view text, int line) {
  for (; line > 0 && !text.empty(); --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

/// The column, from 0, of the first tab before the line's first letter.
std::optional<int> indenting_tab(std::string_view line) {
  const auto first = std::min(line.find_first_not_of(" \t"), line.size());
  const auto tab = line.find('\t');
  if (tab >= first) return {};
  return static_cast<int>(tab);
}

/// The parser's words in ours, where its own would not help.
std::string explained(const std::string& message) {
  using Words = std::pair<std::string_view, const char*>;
  static constexpr std::array kWords{
      Words{"illegal map value",
            "a ':' that cannot stand here; is the indentation right, or should the text be in quotes?"},
      Words{"end of map not found", "this does not belong to the map above it; is the indentation right?"},
      Words{"end of sequence not found", "this does not belong to the list above it; is the indentation right?"},
      Words{"end of map flow not found", "a ',' or '}' is missing before this"},
      Words{"end of sequence flow not found", "a ',' or ']' is missing before this"},
      Words{"illegal flow end", "a bracket closes here that was not opened"},
      Words{"illegal block entry", "a list cannot begin here; is the indentation right?"},
      Words{"illegal EOF in scalar", "a quote is not closed"},
      Words{"unknown token", "a text cannot begin with this character; put it in quotes"},
      Words{"the referenced anchor is not defined", kNoAnchors},
  };
  const auto* found =
      std::find_if(kWords.begin(), kWords.end(), [&](const Words& one) { return one.first == message; });
  return found == kWords.end() ? "not YAML: " + message : found->second;
}

StudyError translated(const YAML::Exception& error, std::string_view text, const Builder& builder) {
  if (dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr) return mistake(builder.place(error.mark), kTooDeep);
  const auto tab = indenting_tab(line_of(text, error.mark.line));
  if (!tab || builder.in_flow()) return mistake(builder.place(error.mark), explained(error.msg));
  YAML::Mark mark = error.mark;
  mark.column = *tab;
  return mistake(builder.place(mark), "tab in the indentation; YAML wants spaces");
}

/// Whether a text that begins with a quote closes it again.
bool closes(std::string_view text) {
  const char quote = text.front();
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      const bool doubled = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
      if (!doubled) return true;
      ++at;
    }
  }
  return false;
}

/// yaml-cpp takes a quote that is never closed for one that closes at the end of the text.
void check_last_quote(std::string_view text, const Builder& builder) {
  const auto& mark = builder.last_marked();
  if (!mark) return;
  const std::string_view line = line_of(text, mark->line);
  const auto begin = static_cast<std::size_t>(line.data() - text.data()) + static_cast<std::size_t>(mark->column);
  std::string_view rest = text.substr(std::min(begin, text.size()));
  if (rest.starts_with('!')) {
    rest.remove_prefix(std::min(rest.find_first_of(" \t\r\n"), rest.size()));
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  }
  const bool quote = rest.starts_with('"') || rest.starts_with('\'');
  if (quote && !closes(rest)) throw mistake(builder.place(*mark), kOpenQuote);
}

/// At most one byte more than allowed is read, since a pipe does not tell its size.
std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw mistake(file.string(), "cannot be opened: " + std::string(std::strerror(errno)));
  std::string text(kLargest + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) throw mistake(file.string(), "cannot be read");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const auto& entry) { return entry.first == key; });
  return found == keys.end() ? nullptr : &found->second;
}

Node parse_document(std::string_view text, const std::string& source) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.size() > kLargest) throw mistake(source, kTooLarge);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  check_encoding(text, source);
  Builder builder(source);
  try {
    // Without a line end at its end the parser would misplace what is missing there.
    std::istringstream stream(std::string(text) + (text.ends_with('\n') ? "" : "\n"));
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    throw translated(error, text, builder);
  }
  check_last_quote(text, builder);
  return builder.take();
}

Node read_document(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) throw mistake(file.string(), "there is no such file");
  if (error) throw mistake(file.string(), "cannot be opened: " + error.message());
  if (std::filesystem::is_directory(status)) throw mistake(file.string(), "this is a folder, not a study file");
  if (std::filesystem::is_regular_file(status)) {
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > kLargest) throw mistake(file.string(), kTooLarge);
  }
  return parse_document(content(file), file.string());
}

}  // namespace pegbox
