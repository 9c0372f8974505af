#include "importance_json.hpp"

namespace pegbox {

Json importances_json(const std::string& study, const std::string& metric, const Importances& found) {
  Json json{{"study", study},         {"objective", metric},          {"trials", found.trials},
            {"usable", found.usable}, {"explained", found.explained}, {"importances", Json::array()},
            {"pairs", Json::array()}};
  for (const auto& [name, share] : found.single) json["importances"].push_back({{"name", name}, {"share", share}});
  for (const auto& [first, second, share] : found.pairs) {
    json["pairs"].push_back({{"names", {first, second}}, {"share", share}});
  }
  return json;
}

}  // namespace pegbox
