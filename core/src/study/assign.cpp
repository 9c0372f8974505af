#include <algorithm>

#include "document.hpp"
#include "mistake.hpp"

namespace pegbox {
namespace {

std::vector<std::string> parts(std::string_view path, const std::string& place) {
  constexpr std::size_t kMost = 16;
  std::vector<std::string> keys;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    keys.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
    if (keys.back().empty() || keys.size() > kMost) {
      throw mistake(place, "'" + std::string(path) + "' is not a path of keys as in space.layers.high");
    }
  }
  return keys;
}

void move_to(Node& node, const std::string& place) {
  node.place = place;
  node.key_place = place;
  for (Node& item : node.items) move_to(item, place);
  for (auto& [key, value] : node.keys) move_to(value, place);
}

/// Makes the node a map that can be given the key.
void open_map(Node& node, const std::string& key, const std::string& place) {
  if (node.kind == Node::Kind::map) return;
  if (node.kind == Node::Kind::list) {
    throw mistake(place, "a list stands at " + node.place + ", so that nothing can be set by the key '" + key + "'");
  }
  Node map{.kind = Node::Kind::map,
           .place = node.kind == Node::Kind::null ? place : node.place,
           .key_place = node.key_place};
  if (node.kind == Node::Kind::scalar && key != "name") {
    node.key_place = node.place;
    map.keys.emplace_back("name", std::move(node));
  }
  node = std::move(map);
}

Node& child(Node& map, const std::string& key, const std::string& place) {
  const auto found = std::find_if(map.keys.begin(), map.keys.end(), [&](const auto& one) { return one.first == key; });
  if (found != map.keys.end()) return found->second;
  return map.keys.emplace_back(key, Node{.place = place, .key_place = place}).second;
}

}  // namespace

void assign(Node& root, std::string_view path, std::string_view yaml, const std::string& place) {
  const auto keys = parts(path, place);
  Node value = parse_document(yaml, place);
  move_to(value, place);
  if (root.kind == Node::Kind::scalar) throw mistake(root.place, "a study is a map of keys, not " + shown(root));
  Node* node = &root;
  for (const std::string& key : keys) {
    open_map(*node, key, place);
    node = &child(*node, key, place);
  }
  value.key_place = node->key_place;
  *node = std::move(value);
}

}  // namespace pegbox
