#pragma once

#include <string>
#include <variant>
#include <vector>

#include <pegbox/domain.hpp>
#include <pegbox/params.hpp>

namespace pegbox {

/// Any text, for a setting that names something.
struct Text {};

/// What a plug-in can be told by the study file, besides its name.
struct Setting {
  std::string name;
  std::variant<Real, Integer, Choice, Boolean, Text> domain;
  Value initial;
  std::string text;  ///< one line for `pegbox plugins info`
};

/// Each declared setting of a plug-in with its value.
using Settings = Params;

/// The declared settings with what was given in place of the defaults. Throws `StudyError` for an unknown name (with
/// the nearest one) and for a value that does not fit. `owner` opens the message: `strategy 'grid'`.
Settings resolve(const std::string& owner, const std::vector<Setting>& declared, const Params& given);

/// For `pegbox plugins info`: `integer 2..1000`, `text`.
std::string to_string(const Setting& setting);

}  // namespace pegbox
