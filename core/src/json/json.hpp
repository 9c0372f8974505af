#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// Keys keep the order in which they were added.
using Json = nlohmann::ordered_json;

/// A number that JSON cannot hold (a metric may be infinite) becomes null.
Json to_json(double number);
Json to_json(const Value& value);
Json to_json(const Domain& domain);
Json to_json(const Params& params);
Json to_json(const SearchSpace& space);
Json to_json(const std::vector<Objective>& objectives);  ///< metric and direction of each

/// The inverses. They throw `nlohmann::json::exception` for anything that `to_json` does not write.
Value value_from(const Json& json);
Domain domain_from(const Json& json);
SearchSpace space_from(const Json& json);

/// One line break at the end; invalid UTF-8 in messages is replaced.
std::string printed(const Json& json);

}  // namespace pegbox
