#include <gmock/gmock.h>

#include <pegbox/model.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"

namespace pegbox {
namespace {

std::unique_ptr<Model> mlp(const Params& given) {
  const ModelPlugin& plugin = load_model(Catalog({library_folder()}).find("model", "mlp"));
  return plugin.create(resolve("mlp", plugin.settings(), given));
}

std::int64_t weights(const Model& model, const Params& given) {
  DataInfo info;
  info.input_shape = {8, 8};
  info.outputs = 10;
  std::int64_t count = 0;
  for (const auto& tensor : model.build(model.space().complete(given), info)->parameters()) count += tensor.numel();
  return count;
}

TEST(MlpTest, HasTheWeightsThatItsShapeSays) {
  const auto model = mlp({});
  EXPECT_EQ(weights(*model, {{"layers", 1}, {"width", 20}}), 64 * 20 + 20 + 20 * 10 + 10);
  EXPECT_EQ(weights(*model, {{"layers", 3}, {"width", 20}}), 64 * 20 + 20 + 2 * (20 * 20 + 20) + 20 * 10 + 10);
  for (const char* norm : {"batch", "layer"}) {
    EXPECT_EQ(weights(*model, {{"layers", 1}, {"width", 20}, {"norm", norm}}), 64 * 20 + 20 + 2 * 20 + 20 * 10 + 10);
  }
}

TEST(MlpTest, GivesEachLayerItsWidth) {
  const auto model = mlp({{"widths", "each"}, {"max_layers", 3}});
  EXPECT_EQ(weights(*model, {{"layers", 2}, {"width_1", 20}, {"width_2", 30}}),
            64 * 20 + 20 + 20 * 30 + 30 + 30 * 10 + 10);
  const SearchSpace space = model->space();
  const Params shallow = space.complete({{"layers", 1}});
  EXPECT_TRUE(shallow.has("width_1"));
  EXPECT_FALSE(shallow.has("width_2")) << "layers that are not there have no width";
  EXPECT_FALSE(space.find("width"));
}

TEST(MlpTest, DropsOutWhenTrainingOnly) {
  const auto model = mlp({});
  DataInfo info;
  info.input_shape = {4};
  info.outputs = 2;
  const auto network = model->build(model->space().complete({{"dropout", 0.5}}), info);
  const auto input = torch::ones({3, 4});
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(input), network->forward(input)));
  network->train();
  EXPECT_FALSE(torch::equal(network->forward(input), network->forward(input)));
}

}  // namespace
}  // namespace pegbox
