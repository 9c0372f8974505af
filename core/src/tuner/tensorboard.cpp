#include "tensorboard.hpp"

namespace pegbox {

std::optional<TensorboardLog> tensorboard_log(const Setup& setup, const Plan& plan, const std::string& token) {
  const auto& folder = setup.study.run.tensorboard;
  if (folder.empty()) return {};
  return TensorboardLog(folder, {setup.study.name, token, plan.space, plan.objectives});
}

std::string tensorboard_text(const TensorboardLog& log) {
  return "TensorBoard shows it from " + log.folder().string() + ".\n";
}

}  // namespace pegbox
