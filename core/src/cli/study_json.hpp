#pragma once

#include "json/json.hpp"

namespace pegbox {

/// All keys of the study file, by the maps that they stand in.
Json reference_json();

/// A JSON Schema (draft 2020-12) of the study file, for editors and programs. It refuses nothing that is read, and
/// tells keys, types and ranges; what several keys together must be is for the reader alone.
Json json_schema();

}  // namespace pegbox
