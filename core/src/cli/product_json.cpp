#include "product_json.hpp"

#include "tuner/definition.hpp"
#include "tuner/named_data.hpp"

namespace pegbox {
namespace {

Json inputs_json(const Product& product) {
  Json inputs = Json::array();
  for (const auto& [shape, scale, shift, fill] : product.inputs) {
    inputs.push_back({{"shape", shape}, {"scale", scale}, {"shift", shift}, {"fill", fill}});
  }
  return inputs;
}

/// What became inputs, in their order.
Json columns_json(const std::optional<Table>& data) {
  Json columns = Json::array();
  if (!data) return columns;
  for (const ColumnEncoding& column : data->encodings) {
    columns.push_back({{"name", column.name}, {"levels", column.levels}});
  }
  return columns;
}

Json outputs_json(const Product& product, const std::optional<Table>& data) {
  const std::vector<std::string> names = data ? data->targets : std::vector<std::string>();
  return {{"count", product.outputs},
          {"classes", product.classes},
          {"targets", names},
          {"scale", product.target_scale},
          {"mean", product.target_mean}};
}

Json metrics_json(const Metrics& metrics) {
  Json json = Json::object();
  for (const auto& [name, value] : metrics) json[name] = to_json(value);
  return json;
}

}  // namespace

Json product_json(const Setup& setup, const std::string& study, const Trial& trial, const Product& product) {
  return {{"study", study},
          {"trial", trial.number},
          {"model", chosen_json(*setup.model)},
          {"params", to_json(trial.params)},
          {"seed", trial.seed},
          {"epochs", trial.until},
          {"rows", product.rows},
          {"metrics", metrics_json(product.metrics)},
          {"data", data_json(setup.study.data, setup.data)},
          {"columns", columns_json(setup.data)},
          {"inputs", inputs_json(product)},
          {"outputs", outputs_json(product, setup.data)}};
}

}  // namespace pegbox
