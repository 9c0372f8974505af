#include "ask_tell_answer.hpp"

#include "ask_tell_request.hpp"

namespace pegbox {
namespace {

Json trial_to_train(const Trial& trial) {
  const bool resumed = trial.epochs() > 0;
  Json json{{"trial", trial.number}};
  if (resumed) json["resume"] = true;
  json["params"] = to_json(trial.params);
  json["until"] = trial.until;
  if (trial.from && !resumed) json["from"] = *trial.from;
  return json;
}

Json asked(AskTell& study) {
  const auto answer = study.ask();
  if (const auto* trial = std::get_if<const Trial*>(&answer)) return trial_to_train(**trial);
  return {{std::holds_alternative<Wait>(answer) ? "wait" : "done", true}};
}

Json reported(AskTell& study, const AskTellRequest& request) {
  const Trial& trial = study.report(*request.trial, request.step, request.result.values);
  Json json{{"keep", trial.state == State::running}};
  if (trial.state == State::failed) json["failed"] = trial.error;
  return json;
}

Json told(AskTell& study, const AskTellRequest& request) {
  const Trial& trial =
      request.params ? study.add(*request.params, request.result) : study.tell(*request.trial, request.result);
  Json json{{"ok", true}};
  if (request.params) json["trial"] = trial.number;
  if (trial.state == State::failed && request.result.state != State::failed) json["failed"] = trial.error;
  return json;
}

}  // namespace

Json ask_tell_answer(AskTell& study, std::size_t objectives, std::string_view line) {
  try {
    const AskTellRequest request = ask_tell_request(line, objectives);
    if (request.op == AskTellRequest::Op::ask) return asked(study);
    return request.op == AskTellRequest::Op::report ? reported(study, request) : told(study, request);
  } catch (const ClientMistake& mistake) {
    return {{"error", mistake.what()}};
  }
}

}  // namespace pegbox
