#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <pegbox/nearest.hpp>

#include "mistake.hpp"
#include "scalar.hpp"
#include "section.hpp"

namespace pegbox {

/// What a member takes: of an optional one its value.
template <class Member>
struct Taken {
  using Type = Member;
};
template <class Member>
struct Taken<std::optional<Member>> {
  using Type = Member;
};

/// A key that a map may have: what the reference says of it, and how it is read into the target.
template <class Target>
struct Field {
  Key key;
  std::function<void(const Entry& entry, Target& target)> read;

  /// `type` has `read` and `form`, as value_types.hpp has them, or is a `Form`. `store` is a member of the target that
  /// what was read is put into, or is called with the entry and the target, the type in between where it takes that.
  template <class Type, class Store>
  Field(std::string name, const Type& type, std::string initial, std::string meaning, const Store& store,
        std::vector<std::string> beside = {})
      : key{std::move(name), form_of(type), std::move(initial), std::move(meaning), std::move(beside)},
        read(reader(type, store)) {}

 private:
  using Reader = std::function<void(const Entry& entry, Target& target)>;

  template <class Type, class Store>
  static Reader reader(const Type& type, const Store& store) {
    if constexpr (std::is_member_object_pointer_v<Store>) {
      return [type, store](const Entry& entry, Target& target) {
        auto& member = target.*store;
        member = static_cast<Taken<std::remove_reference_t<decltype(member)>>::Type>(type.read(entry));
      };
    } else if constexpr (std::is_invocable_v<Store, const Entry&, const Type&, Target&>) {
      return [type, store](const Entry& entry, Target& target) { store(entry, type, target); };
    } else {
      return store;
    }
  }

  template <class Type>
  static Form form_of(const Type& type) {
    if constexpr (std::is_same_v<Type, Form>) {
      return type;
    } else {
      return type.form();
    }
  }
};

/// All that a map may have, in the order of the reference.
template <class Target>
using Fields = std::vector<Field<Target>>;

template <class Target>
std::vector<Key> keys_of(const Fields<Target>& fields) {
  std::vector<Key> keys;
  for (const auto& field : fields) keys.push_back(field.key);
  return keys;
}

/// The field of the key, or null.
template <class Target>
const Field<Target>* find_field(const Fields<Target>& fields, const std::string& key) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.key.name == key; });
  return found == fields.end() ? nullptr : &*found;
}

/// Reads a map key by key, in the order of the file. Throws `StudyError` for what is no map, a key that no field has
/// (with the nearest name), and a key without a value. `owner` names the map in messages: `'run'`.
template <class Target>
void read_fields(const Node& map, const std::string& owner, const Fields<Target>& fields, Target& target) {
  if (map.kind != Node::Kind::map) throw mistake(map.place, owner + " is a map of keys, not " + shown(map));
  for (const Entry& entry : map.keys) {
    const auto& [key, value] = entry;
    const auto* field = find_field(fields, key);
    if (field == nullptr) {
      std::vector<std::string> known;
      for (const auto& one : fields) known.push_back(one.key.name);
      throw mistake(value.key_place, "unknown key '" + key + "' in " + owner + suggestion(key, std::move(known)));
    }
    if (value.kind == Node::Kind::null) {
      throw mistake(value.place, "'" + key + "' has no value; give it one or leave the key out");
    }
    field->read(entry, target);
  }
}

}  // namespace pegbox
