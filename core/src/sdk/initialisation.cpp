#include <stdexcept>
#include <string_view>

#include <torch/nn/init.h>

#include <pegbox/initialisation.hpp>

namespace pegbox {
namespace {

constexpr const char* kName = "init";
constexpr const char* kSearch = "search";

void draw(torch::Tensor weight, const std::string& init) {
  if (init == "xavier") {
    torch::nn::init::xavier_uniform_(weight);
  } else if (init == "kaiming") {
    torch::nn::init::kaiming_normal_(weight);
  } else if (init == "orthogonal") {
    torch::nn::init::orthogonal_(weight);
  } else {
    throw std::invalid_argument("unknown initialisation '" + init +
                                "'; known are default, xavier, kaiming, orthogonal");
  }
}

/// Of an LSTM, of the two biases that are added for the forget gate, the second of its four, one begins with 1.
void keep_open(const torch::nn::Module& module, std::int64_t width) {
  for (const auto& item : module.named_parameters(/*recurse=*/false)) {
    if (!item.key().starts_with("bias_ih")) continue;
    const torch::NoGradGuard no_grad;
    item.value().slice(0, width, 2 * width).fill_(1);
  }
}

/// The weights of one module, without those inside it.
void begin(torch::nn::Module& module, const std::string& init) {
  const auto own = module.named_parameters(/*recurse=*/false);
  const torch::Tensor* recurrent = own.find("weight_hh_l0");
  for (const auto& item : own) {
    const std::string_view name = item.key();
    const torch::Tensor& tensor = item.value();
    if (name.starts_with("bias")) torch::nn::init::zeros_(tensor);
    if (!name.starts_with("weight") || tensor.dim() < 2) continue;
    // The gates of a recurrent layer are one below the other, each with as many rows as the layer is wide.
    const std::int64_t rows = recurrent == nullptr ? tensor.size(0) : recurrent->size(1);
    const torch::NoGradGuard no_grad;
    for (const torch::Tensor& part : tensor.split(rows)) draw(part, init);
  }
  constexpr std::int64_t kGatesOfLstm = 4;
  if (recurrent == nullptr) return;
  const std::int64_t width = recurrent->size(1);
  if (recurrent->size(0) == kGatesOfLstm * width) keep_open(module, width);
}

}  // namespace

Setting Initialisation::setting(const std::string& initial) {
  return {kName, Choice{{"default", "xavier", "kaiming", "orthogonal", kSearch}}, initial,
          "how weights begin, or 'search' to make it a hyperparameter"};
}

void Initialisation::join(std::vector<Parameter>& parameters) const {
  if (choice_ != kSearch) return;
  parameters.push_back({kName, Choice{{"default", "xavier", "kaiming", "orthogonal"}}, "default"});
}

void Initialisation::apply(torch::nn::Module& network, const Params& params) const {
  const std::string init = choice_ == kSearch ? params.get<std::string>(kName) : choice_;
  if (init == "default") return;
  for (const auto& module : network.modules(/*include_self=*/false)) begin(*module, init);
  begin(network, init);
}

}  // namespace pegbox
