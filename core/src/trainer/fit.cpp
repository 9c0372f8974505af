#include "fit.hpp"

#include <stdexcept>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>

#include "archive_parts.hpp"
#include "optimizer.hpp"

namespace pegbox {
namespace {

using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;
using Shape = std::pair<c10::ScalarType, std::vector<std::int64_t>>;

std::vector<Shape> shapes(const Network& network) {
  std::vector<Shape> result;
  for (const at::Tensor& tensor : weights_of(network)) {
    result.emplace_back(tensor.scalar_type(), tensor.sizes().vec());
  }
  return result;
}

/// LibTorch takes over tensors of any shape and type.
void load_network(InputArchive& archive, Network& network) {
  const std::vector<Shape> wanted = shapes(network);
  InputArchive part;
  archive.read("network", part);
  network.load(part);
  if (shapes(network) != wanted) throw std::runtime_error("the network has another shape");
}

void save_best(const Fit::Best& best, OutputArchive& archive) {
  archive.write("best_epoch", c10::IValue(best.epoch));
  archive.write("best_metrics", to_archive(best.metrics));
  archive.write("best_weights", c10::List<at::Tensor>(best.weights));
}

Fit::Best load_best(InputArchive& archive) {
  return {read_value(archive, "best_epoch").toInt(), metrics_from(read_value(archive, "best_metrics")),
          read_value(archive, "best_weights").toTensorVector()};
}

}  // namespace

std::vector<at::Tensor> weights_of(const Network& network) {
  std::vector<at::Tensor> weights = network.parameters();
  for (at::Tensor& buffer : network.buffers()) weights.push_back(std::move(buffer));
  return weights;
}

std::unique_ptr<Fit> begin_fit(const FitPlan& plan, const DataInfo& info, const Params& params, std::uint64_t seed) {
  auto fit = std::make_unique<Fit>(Fit{TrialRandom(seed, plan.device), nullptr, nullptr, 0, {}, {}, false, {}});
  const TrialRandom::Use use(fit->random);
  fit->network = plan.model->build(params, info);
  if (fit->network == nullptr) throw std::runtime_error("the model built no network");
  fit->network->to(plan.device);
  fit->optimizer = make_optimizer(params, fit->network->parameters());
  return fit;
}

std::int64_t bytes_of(const Fit& fit) {
  std::size_t bytes = 0;
  for (const at::Tensor& tensor : weights_of(*fit.network)) bytes += tensor.nbytes();
  if (fit.best) {
    for (const at::Tensor& tensor : fit.best->weights) bytes += tensor.nbytes();
  }
  return static_cast<std::int64_t>(bytes) + state_bytes(*fit.optimizer);
}

void save_fit(const Fit& fit, OutputArchive& archive) {
  archive.write("epoch", c10::IValue(fit.epoch));
  archive.write("random", c10::List<at::Tensor>(fit.random.state()));
  archive.write("plateau", c10::List<double>({fit.plateau.factor, fit.plateau.best}));
  archive.write("plateau_waited", c10::IValue(fit.plateau.waited));
  archive.write("ended", c10::IValue(fit.ended));
  archive.write("metrics", to_archive(fit.metrics));
  archive.write("has_best", c10::IValue(fit.best.has_value()));
  if (fit.best) save_best(*fit.best, archive);
  OutputArchive network(archive.compilation_unit());
  fit.network->save(network);
  archive.write("network", network);
  OutputArchive optimizer(archive.compilation_unit());
  fit.optimizer->save(optimizer);
  archive.write("optimizer", optimizer);
}

void load_fit(InputArchive& archive, Fit& fit) {
  load_network(archive, *fit.network);
  InputArchive optimizer;
  archive.read("optimizer", optimizer);
  fit.optimizer->load(optimizer);
  // The states of generators are on the CPU, also those of an accelerator's.
  std::vector<at::Tensor> random = read_value(archive, "random").toTensorVector();
  for (at::Tensor& stream : random) stream = stream.cpu();
  fit.random.restore(random);
  fit.epoch = read_value(archive, "epoch").toInt();
  const auto plateau = read_value(archive, "plateau").toDoubleVector();
  fit.plateau = {plateau.at(0), plateau.at(1), read_value(archive, "plateau_waited").toInt()};
  fit.ended = read_value(archive, "ended").toBool();
  fit.metrics = metrics_from(read_value(archive, "metrics"));
  if (read_value(archive, "has_best").toBool()) fit.best = load_best(archive);
}

void copy_weights(const Network& source, Network& target) {
  const at::NoGradGuard no_grad;
  const auto copy = [](const auto& from, const auto& to) {
    if (from.size() != to.size()) throw std::runtime_error("the two networks have different parts");
    for (const auto& item : from) {
      const at::Tensor* there = to.find(item.key());
      if (there == nullptr || there->sizes() != item.value().sizes()) {
        throw std::runtime_error("'" + item.key() + "' has another shape in the copy");
      }
      at::Tensor(*there).copy_(item.value());
    }
  };
  copy(source.named_parameters(), target.named_parameters());
  copy(source.named_buffers(), target.named_buffers());
}

}  // namespace pegbox
