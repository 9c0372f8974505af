#include "fit_training.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/nn/utils/clip_grad.h>

#include "input_maker.hpp"
#include "optimizer.hpp"
#include "option_values.hpp"

namespace pegbox {
namespace {

/// Where the batch that begins at `begin` ends. A single row left over joins the last batch: batch normalisation
/// cannot train on one row.
std::int64_t batch_end(std::int64_t begin, std::int64_t batch, std::int64_t rows) {
  const std::int64_t end = std::min(begin + batch, rows);
  return end == rows - 1 && batch > 1 ? rows : end;
}

std::int64_t batches(std::int64_t rows, std::int64_t batch) {
  std::int64_t count = 0;
  for (std::int64_t begin = 0; begin < rows; begin = batch_end(begin, batch, rows)) ++count;
  return count;
}

void check_finite(const Metrics& metrics, const char* name, Budget epoch) {
  const auto found = metrics.find(name);
  if (found == metrics.end() || std::isfinite(found->second)) return;
  const char* what = std::isnan(found->second) ? "not a number" : "infinite";
  throw std::runtime_error(std::string(name) + " is " + what + " after epoch " + std::to_string(epoch));
}

/// Of the batches' losses, each with its share of the rows.
double mean(const std::vector<at::Tensor>& losses, const std::vector<double>& shares) {
  const at::Tensor values = at::stack(losses).to(at::kCPU, at::kDouble).contiguous();
  return std::inner_product(shares.begin(), shares.end(), values.const_data_ptr<double>(), 0.0);
}

/// Operations of this thread that can be in 16 bits are, as long as it lives.
class Autocast {
 public:
  Autocast(bool wanted, c10::DeviceType device) : wanted_(wanted), device_(device) {
    if (!wanted_) return;
    at::autocast::set_autocast_dtype(device_, at::kBFloat16);
    at::autocast::set_autocast_enabled(device_, true);
    at::autocast::increment_nesting();
  }
  ~Autocast() {
    if (!wanted_) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device_, false);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool wanted_;
  c10::DeviceType device_;
};

LossOptions loss_options(const Params& params, const FitData& data, const at::Device& device) {
  LossOptions options;
  options.label_smoothing = real_option(params, "label_smoothing");
  if (text_option(params, "class_weights") == "balanced") options.class_weights = data.class_weights.to(device);
  return options;
}

/// One pass over the training rows in random order.
class Pass {
 public:
  Pass(const FitPlan& plan, const FitData& data, const Params& params, Fit& fit)
      : plan_(plan),
        data_(data),
        fit_(fit),
        inputs_(data, params, plan.device),
        loss_(loss_options(params, data, plan.device)),
        batch_(params.get<std::int64_t>("batch_size")),
        clip_norm_(real_option(params, "clip_norm")),
        bfloat16_(text_option(params, "precision") == "bfloat16"),
        schedule_(params, plan.epochs, batches(data.train.count(), batch_)) {}

  void run_batch() {
    fit_.network->train();
    step(random_order().slice(0, 0, batch_end(0, batch_, data_.train.count())));
  }

  Metrics run() {
    const std::int64_t rows = data_.train.count();
    const at::Tensor order = random_order();
    std::vector<at::Tensor> outputs;
    std::vector<at::Tensor> losses;  // read at the end: each reading of a GPU's number waits for the GPU
    std::vector<double> shares;
    fit_.network->train();
    for (std::int64_t begin = 0; begin < rows;) {
      const std::int64_t end = batch_end(begin, batch_, rows);
      if (begin == 0 || schedule_.moves()) keep_pace(std::ssize(losses));
      const Step step = this->step(order.slice(0, begin, end));
      losses.push_back(step.loss.detach());
      shares.push_back(static_cast<double>(end - begin) / static_cast<double>(rows));
      if (step.output.defined()) outputs.push_back(step.output.detach());
      begin = end;
    }
    const at::NoGradGuard no_grad;
    Metrics metrics;
    if (!outputs.empty()) metrics = measured(at::cat(outputs), targets(order));
    metrics["loss"] = mean(losses, shares);
    return metrics;
  }

 private:
  at::Tensor targets(const at::Tensor& order) const {
    return data_.train.rows.target.index_select(0, order).to(plan_.device);
  }

  /// Positions in the rows that the fit's are among, where those are: data that is too large for a device stays with
  /// the processor.
  at::Tensor random_order() const {
    const at::Tensor order = at::randperm(data_.train.count(), at::kLong).to(data_.train.rows.target.device());
    return data_.train.positions.defined() ? data_.train.positions.index_select(0, order) : order;
  }

  void keep_pace(std::int64_t step) {
    set_pace(*fit_.optimizer, schedule_.pace(fit_.epoch + 1, step, fit_.plateau.factor));
  }

  Step step(const at::Tensor& positions) {
    fit_.optimizer->zero_grad();
    Step step = forward(inputs_.training(positions));
    step.loss.backward();
    if (clip_norm_ > 0) torch::nn::utils::clip_grad_norm_(fit_.network->parameters(), clip_norm_);
    fit_.optimizer->step();
    return step;
  }

  Step forward(const Batch& batch) {
    const Autocast autocast(bfloat16_, plan_.device.type());
    return plan_.model->step(*fit_.network, batch, loss_);
  }

  Metrics measured(const at::Tensor& output, const at::Tensor& target) const {
    const at::Tensor wide = output.scalar_type() == at::kBFloat16 ? output.to(at::kFloat) : output;
    return plan_.model->metrics(wide, target, data_.info);
  }

  const FitPlan& plan_;
  const FitData& data_;
  Fit& fit_;
  InputMaker inputs_;
  LossOptions loss_;
  std::int64_t batch_;
  double clip_norm_;
  bool bfloat16_;
  Schedule schedule_;
};

Metrics evaluated(const FitPlan& plan, const FitData& data, const Rows& rows, Fit& fit) {
  fit.network->eval();
  const at::NoGradGuard no_grad;
  return plan.model->evaluate(*fit.network, rows, data.info);
}

/// What a model draws meanwhile is not missing later: so it changes nothing when, or whether, this is measured.
Metrics evaluated_aside(const FitPlan& plan, const FitData& data, const Rows& rows, Fit& fit) {
  const std::vector<at::Tensor> stream = fit.random.state();
  Metrics metrics = evaluated(plan, data, rows, fit);
  fit.random.restore(stream);
  return metrics;
}

/// How much better the network is on rows that it was trained on.
void measure_gap(const FitPlan& plan, const FitData& data, const Params& params, Fit& fit) {
  const auto held_out = fit.metrics.find(plan.objective.metric);
  if (held_out == fit.metrics.end()) return;
  const InputMaker inputs(data, params, plan.device);
  const Metrics seen = evaluated_aside(plan, data, inputs.rows(data.train, data.validation.count()), fit);
  const auto trained_on = seen.find(plan.objective.metric);
  if (trained_on == seen.end()) return;
  fit.metrics["gap"] = plan.objective.cost(held_out->second) - plan.objective.cost(trained_on->second);
}

void keep_best(const FitPlan& plan, Fit& fit) {
  const auto measured = fit.metrics.find(plan.objective.metric);
  const std::string name = measured == fit.metrics.end() ? "loss" : plan.objective.metric;
  const Objective objective{name, name != "loss" && plan.objective.maximize};
  const auto cost = [&](const Metrics& metrics) {
    const double value = objective.cost(metrics.find(name)->second);
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
  };
  if (!fit.metrics.contains(name)) return;
  if (fit.best && cost(fit.metrics) >= cost(fit.best->metrics)) return;
  fit.best = {fit.epoch, fit.metrics, {}};
  for (const at::Tensor& tensor : weights_of(*fit.network)) fit.best->weights.push_back(tensor.detach().clone());
}

void return_to_best(Fit& fit) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> weights = weights_of(*fit.network);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i].copy_(fit.best->weights[i]);
  fit.metrics = fit.best->metrics;
  fit.best->weights.clear();
  fit.ended = true;
}

void stop_early(const FitPlan& plan, std::int64_t patience, Fit& fit) {
  keep_best(plan, fit);
  if (!fit.best) return;
  if (fit.epoch - fit.best->epoch >= patience || fit.epoch >= plan.epochs) return_to_best(fit);
  fit.metrics["best_epoch"] = static_cast<double>(fit.best->epoch);
}

}  // namespace

void train_epoch(const FitPlan& plan, const FitData& data, const Params& params, bool last, Fit& fit) {
  if (fit.ended) return;
  const TrialRandom::Use use(fit.random);
  const Budget epoch = fit.epoch + 1;
  Metrics metrics;
  for (const auto& [name, value] : Pass(plan, data, params, fit).run()) metrics["train_" + name] = value;
  check_finite(metrics, "train_loss", epoch);
  if (data.validation.count() > 0) {
    metrics.merge(evaluated(plan, data, InputMaker(data, params, plan.device).rows(data.validation), fit));
    check_finite(metrics, "loss", epoch);
  }
  fit.epoch = epoch;
  fit.metrics = std::move(metrics);
  // Without rows to validate on there is a plateau too.
  const auto loss = fit.metrics.find("loss");
  fit.plateau.see(loss == fit.metrics.end() ? fit.metrics.at("train_loss") : loss->second, params);
  if (const std::int64_t patience = whole_option(params, "patience"); patience > 0) stop_early(plan, patience, fit);
  if ((last || fit.ended) && data.validation.count() > 0) measure_gap(plan, data, params, fit);
}

void train_batch(const FitPlan& plan, const FitData& data, const Params& params, Fit& fit) {
  const TrialRandom::Use use(fit.random);
  Pass(plan, data, params, fit).run_batch();
}

Metrics measured_on(const FitPlan& plan, const FitData& data, const Selection& part, const Params& params, Fit& fit) {
  const TrialRandom::Use use(fit.random);
  return evaluated_aside(plan, data, InputMaker(data, params, plan.device).rows(part), fit);
}

}  // namespace pegbox
