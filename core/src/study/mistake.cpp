#include "mistake.hpp"

#include <algorithm>

namespace pegbox {
namespace {

bool is_control(char letter) { return (letter >= 0 && letter < ' ') || letter == '\x7f'; }
bool continues(char letter) { return (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U; }

void shorten(std::string& text, std::size_t most) {
  if (text.size() <= most) return;
  while (continues(text[most])) --most;
  text.resize(most);
  text += " ...";
}

}  // namespace

StudyError mistake(const std::string& place, std::string what) {
  constexpr std::size_t kLongest = 600;
  shorten(what, kLongest);
  std::replace_if(what.begin(), what.end(), is_control, ' ');
  return StudyError(place.empty() ? what : place + ": " + what);
}

std::string shown(const Node& node) {
  constexpr std::size_t kLongest = 60;
  if (node.kind == Node::Kind::null) return "nothing";
  if (node.kind == Node::Kind::list) return "a list";
  if (node.kind == Node::Kind::map) return "a map";
  std::string text = node.text;
  shorten(text, kLongest);
  return node.quoted ? "the text '" + text + "'" : text;
}

void check_name(const std::string& name, const std::string& owner, const std::string& place) {
  constexpr std::size_t kLongest = 512;
  if (name.empty()) throw mistake(place, owner + " has an empty name");
  if (name.size() > kLongest) throw mistake(place, owner + " has a name of more than 512 bytes");
  if (std::any_of(name.begin(), name.end(), is_control)) {
    throw mistake(place, owner + " has a control character in its name");
  }
}

}  // namespace pegbox
