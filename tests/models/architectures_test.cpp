// What each bundled model builds: sizes in closed form, and networks that must agree.
#include <gmock/gmock.h>
#include <torch/nn/modules/transformerlayer.h>

#include <pegbox/error.hpp>
#include <pegbox/model.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Shape = std::vector<std::int64_t>;

constexpr std::int64_t kClasses = 10;

std::shared_ptr<Network> build(const std::string& name, const Shape& row, const Params& given,
                               const Params& settings = {}) {
  const ModelPlugin& plugin = load_model(Catalog({library_folder()}).find("model", name));
  const auto model = plugin.create(resolve(name, plugin.settings(), settings));
  DataInfo info;
  info.input_shape = row;
  info.outputs = kClasses;
  torch::manual_seed(1);
  return model->build(model->space().complete(given), info);
}

std::int64_t weights(const Network& network) {
  std::int64_t count = 0;
  for (const auto& tensor : network.parameters()) count += tensor.numel();
  return count;
}

std::int64_t weights(const std::string& name, const Shape& row, const Params& given) {
  return weights(*build(name, row, given));
}

torch::Tensor random_rows(const Shape& shape) { return torch::randn(shape, at::detail::createCPUGenerator(5)); }

torch::Tensor evaluated(Network& network, const torch::Tensor& rows) {
  const torch::NoGradGuard no_grad;
  network.eval();
  return network.forward(rows);
}

TEST(LinearTest, IsOneLayer) {
  EXPECT_EQ(weights("linear", {1, 8, 8}, {}), 64 * kClasses + kClasses);
  const auto network = build("linear", {2, 3}, {});
  const auto rows = random_rows({4, 2, 3});
  const auto parameters = network->named_parameters();
  const auto wanted = torch::addmm(parameters["layer.bias"], rows.flatten(1), parameters["layer.weight"].t());
  EXPECT_TRUE(torch::allclose(evaluated(*network, rows), wanted));
}

TEST(CnnTest, HasTheWeightsThatItsShapeSays) {
  const Params plain{{"channels", 8}, {"norm", "none"}, {"blocks", 2}};
  const std::int64_t blocks = (9 * 8 + 8) + (9 * 8 * 16 + 16);
  EXPECT_EQ(weights("cnn", {1, 8, 8}, plain), blocks + 16 * 2 * 2 * kClasses + kClasses) << "8, 4, 2 places";
  Params average = plain;
  average.set("head", "average");
  EXPECT_EQ(weights("cnn", {1, 8, 8}, average), blocks + 16 * kClasses + kClasses);
  average.set("skip", true);
  EXPECT_EQ(weights("cnn", {1, 8, 8}, average), blocks + (8 + 8) + (8 * 16 + 16) + 16 * kClasses + kClasses);
  Params signal = plain;
  signal.set("kernel", 5);
  EXPECT_EQ(weights("cnn", {2, 40}, signal), (5 * 2 * 8 + 8) + (5 * 8 * 16 + 16) + 16 * 10 * kClasses + kClasses);
}

TEST(CnnTest, DoesNotPoolSmallImagesAway) {
  // 8 → 4 → 2 places and no further; the channels are doubled with each halving.
  const std::int64_t blocks = (9 * 1 * 8 + 8) + (9 * 8 * 16 + 16) + (9 * 16 * 32 + 32) + (9 * 32 * 32 + 32);
  const std::int64_t wanted = blocks + 32 * 2 * 2 * kClasses + kClasses;
  for (const char* pooling : {"max", "avg", "stride"}) {
    const Params params{{"channels", 8}, {"norm", "none"}, {"blocks", 4}, {"pooling", pooling}};
    EXPECT_EQ(weights("cnn", {1, 8, 8}, params), wanted) << pooling;
  }
}

TEST(CnnTest, TakesAFlatRowAsASignal) {
  const auto rows = random_rows({4, 40});
  const auto flat = build("cnn", {40}, {});
  const auto signal = build("cnn", {1, 40}, {});
  EXPECT_TRUE(torch::equal(evaluated(*flat, rows), evaluated(*signal, rows.unsqueeze(1))));
}

TEST(ImageModelsTest, NameAShapeThatTheyCannotTake) {
  for (const char* name : {"cnn", "resnet", "rnn", "transformer"}) {
    EXPECT_THAT([&] { build(name, {2, 3, 4, 5}, {}); }, ThrowsMessage<StudyError>(HasSubstr("not [2, 3, 4, 5]")));
  }
}

TEST(ResnetTest, IsThePublishedOneAtItsSizes) {
  // ResNet-20 for CIFAR-10 with projections has 272,474 weights without biases of convolutions; these are ours besides.
  const std::int64_t biases = 16 * 7 + (32 + 64) * 7;
  const Params params{{"stages", 3}, {"blocks", 3}, {"width", 16}, {"kernel", 3}, {"norm", "batch"}};
  EXPECT_EQ(weights("resnet", {3, 32, 32}, params), 272474 + biases);
}

TEST(ResnetTest, DropsWhileItTrainsOnly) {
  const auto rows = random_rows({8, 1, 8, 8});
  const auto plain = build("resnet", {1, 8, 8}, {{"norm", "layer"}});
  for (const char* drop : {"dropout", "depth"}) {
    const auto network = build("resnet", {1, 8, 8}, {{"norm", "layer"}, {"drop", drop}, {"drop_rate", 0.5}});
    EXPECT_TRUE(torch::equal(evaluated(*network, rows), evaluated(*plain, rows))) << drop;
    network->train();
    EXPECT_FALSE(torch::equal(network->forward(rows), network->forward(rows))) << drop;
  }
}

TEST(RnnTest, HasTheWeightsThatItsShapeSays) {
  const auto layer = [](std::int64_t gates, std::int64_t from, std::int64_t width) {
    return gates * width * (from + width + 2);
  };
  const std::int64_t head = 20 * kClasses + kClasses;
  const auto count = [](const Shape& row, Params given) {
    given.set("width", 20);
    if (!given.has("head")) given.set("head", "last");
    return weights("rnn", row, given);
  };
  EXPECT_EQ(count({2, 16}, {}), layer(3, 2, 20) + head);
  EXPECT_EQ(count({2, 16}, {{"head", "mean"}}), layer(3, 2, 20) + head);
  EXPECT_EQ(count({2, 16}, {{"head", "both"}}), layer(3, 2, 20) + head + 20 * kClasses);
  EXPECT_EQ(count({2, 16}, {{"cell", "lstm"}}), layer(4, 2, 20) + head);
  EXPECT_EQ(count({2, 16}, {{"layers", 2}}), layer(3, 2, 20) + layer(3, 20, 20) + head);
  EXPECT_EQ(count({2, 16}, {{"bidirectional", true}}), 2 * layer(3, 2, 20) + head + 20 * kClasses);
  EXPECT_EQ(count({3, 16, 8}, {}), layer(3, 3 * 8, 20) + head) << "a line is a step";
}

TEST(RnnTest, ReadsASignalPlaceByPlaceAndAnImageLineByLine) {
  const auto signal = random_rows({4, 2, 16});
  const auto image = signal.transpose(1, 2).unsqueeze(1).contiguous();  // 16 lines of 2
  for (const char* cell : {"gru", "lstm"}) {
    for (const char* head : {"last", "mean", "both"}) {
      const Params params{{"cell", cell}, {"head", head}, {"bidirectional", true}, {"layers", 2}};
      const auto one = build("rnn", {2, 16}, params);
      const auto other = build("rnn", {1, 16, 2}, params);
      EXPECT_TRUE(torch::equal(evaluated(*one, signal), evaluated(*other, image))) << cell << " " << head;
    }
  }
}

TEST(RnnTest, BothDirectionsHaveReadTheWholeSequence) {
  const auto network = build("rnn", {1, 16}, {{"bidirectional", true}, {"head", "last"}});
  auto rows = random_rows({1, 1, 16}).requires_grad_();
  network->forward(rows).sum().backward();
  EXPECT_EQ(rows.grad().count_nonzero().item<std::int64_t>(), 16);
  // Backwards, the sequence ends at its beginning: with weights that tie the two directions, a mirrored sequence swaps
  // their ends.
  const torch::NoGradGuard no_grad;
  auto parameters = network->named_parameters();
  for (const char* name : {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}) {
    const std::string key = std::string("layers.") + name;
    parameters[key + "_reverse"].copy_(parameters[key]);
  }
  auto& head = parameters["head.weight"];
  const auto halves = head.chunk(2, 1);
  const auto before = evaluated(*network, rows.detach());
  const auto swapped = torch::cat({halves[1], halves[0]}, 1).clone();
  head.copy_(swapped);
  EXPECT_TRUE(torch::allclose(evaluated(*network, rows.detach().flip(2)), before, 1e-5, 1e-6));
}

std::int64_t tokens(const Shape& row, const Params& given) {
  return build("transformer", row, given)->named_parameters()["positions"].size(0);
}

TEST(TransformerTest, CutsRowsIntoAsManyPatchesAsAllowed) {
  EXPECT_EQ(tokens({1, 40}, {{"tokens", 64}}), 40);
  EXPECT_EQ(tokens({1, 40}, {{"tokens", 32}}), 20);
  EXPECT_EQ(tokens({1, 40}, {{"tokens", 16}}), 14) << "patches of 3, the last one padded";
  EXPECT_EQ(tokens({3, 32, 32}, {{"tokens", 64}}), 8 * 8);
  EXPECT_EQ(tokens({1, 28, 28}, {{"tokens", 16}}), 4 * 4);
  EXPECT_EQ(tokens({1, 2, 1000}, {{"tokens", 16}}), 16);
  EXPECT_EQ(tokens({1, 8, 8}, {{"tokens", 16}, {"pooling", "cls"}}), 17);
}

TEST(TransformerTest, EncodesAsLibTorchDoes) {
  const Params params{{"layers", 1},       {"heads", 4},     {"head_width", 8},     {"pre_norm", false},
                      {"feed_forward", 3}, {"dropout", 0.1}, {"activation", "gelu"}};
  const auto network = build("transformer", {2, 10}, params);
  auto weights = network->named_parameters();
  torch::nn::TransformerEncoderLayer layer(
      torch::nn::TransformerEncoderLayerOptions(32, 4).dim_feedforward(96).activation(torch::kGELU));
  auto theirs = layer->named_parameters();
  const torch::NoGradGuard no_grad;
  for (const auto& [from, to] : std::map<std::string, std::string>{{"attention.inwards.", "self_attn.in_proj_"},
                                                                   {"attention.outwards.", "self_attn.out_proj."},
                                                                   {"attention_norm.", "norm1."},
                                                                   {"feed.0.", "linear1."},
                                                                   {"feed.3.", "linear2."},
                                                                   {"feed_norm.", "norm2."}}) {
    for (const char* part : {"weight", "bias"}) theirs[to + part].copy_(weights["layers.0." + from + part]);
  }
  layer->eval();
  const auto rows = random_rows({3, 2, 10});
  const auto steps = rows.permute({2, 0, 1});  // LibTorch has the steps first
  const auto embedded = steps.matmul(weights["embedding.weight"].flatten(1).t()) + weights["embedding.bias"];
  const auto encoded = layer->forward(embedded + weights["positions"].unsqueeze(1));
  const auto wanted = encoded.mean(0).matmul(weights["head.weight"].t()) + weights["head.bias"];
  EXPECT_TRUE(torch::allclose(evaluated(*network, rows), wanted, 1e-4, 1e-5));
}

TEST(TransformerTest, HasEachActivation) {
  const auto rows = random_rows({2, 1, 12});
  std::vector<torch::Tensor> outputs;
  for (const char* name : {"relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid"}) {
    outputs.push_back(evaluated(*build("transformer", {1, 12}, {{"activation", name}}), rows));
    for (std::size_t other = 0; other + 1 < outputs.size(); ++other) {
      EXPECT_FALSE(torch::equal(outputs[other], outputs.back())) << name;
    }
  }
}

TEST(TransformerTest, SinusoidalPositionsAreNoWeights) {
  const auto network = build("transformer", {1, 12}, {{"heads", 1}, {"head_width", 8}}, {{"positions", "sinusoidal"}});
  EXPECT_FALSE(network->named_parameters().contains("positions"));
  const auto positions = network->named_buffers()["positions"];
  for (const int place : {0, 1, 11}) {
    for (const int pair : {0, 1, 2, 3}) {
      const double angle = place / std::pow(10000.0, 2 * pair / 8.0);
      EXPECT_NEAR(positions[place][2 * pair].item<double>(), std::sin(angle), 1e-6);
      EXPECT_NEAR(positions[place][2 * pair + 1].item<double>(), std::cos(angle), 1e-6);
    }
  }
}

}  // namespace
}  // namespace pegbox
