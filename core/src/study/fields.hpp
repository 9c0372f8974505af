#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <pegbox/nearest.hpp>

#include "mistake.hpp"
#include "scalar.hpp"

namespace pegbox {

/// A key that a map may have, and how it is read into the target.
template <class Target>
struct Field {
  const char* name;
  void (*read)(const Entry& entry, Target& target);
};

/// Reads a map key by key, in the order of the file. Throws `StudyError` for what is no map, a key that no field has
/// (with the nearest name), and a key without a value. `owner` names the map in messages: `'run'`.
template <class Target, std::size_t count>
void read_fields(const Node& map, const std::string& owner, const Field<Target> (&fields)[count], Target& target) {
  if (map.kind != Node::Kind::map) throw mistake(map.place, owner + " is a map of keys, not " + shown(map));
  for (const Entry& entry : map.keys) {
    const std::string& key = entry.first;
    const Node& value = entry.second;
    const auto* field = std::find_if(fields, fields + count, [&](const auto& one) { return one.name == key; });
    if (field == fields + count) {
      std::vector<std::string> known;
      for (const auto& one : fields) known.emplace_back(one.name);
      throw mistake(value.key_place, "unknown key '" + key + "' in " + owner + suggestion(key, std::move(known)));
    }
    if (value.kind == Node::Kind::null) {
      throw mistake(value.place, "'" + key + "' has no value; give it one or leave the key out");
    }
    field->read(entry, target);
  }
}

}  // namespace pegbox
