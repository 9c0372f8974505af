#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "stored_study.hpp"

namespace pegbox {

/// What should be looked at: the sentences of `health` and `idle_text`.
std::vector<std::string> study_findings(const StoredStudy& study, const std::vector<StoredTrial>& trials);

/// How far a study is.
struct Status {
  std::string study;
  std::vector<Objective> objectives;
  std::map<State, int> counts;
  std::optional<std::int64_t> limit;  ///< of trials
  std::optional<Trial> best;
  std::optional<std::string> host;    ///< who runs it
  std::vector<std::string> findings;  ///< `study_findings`

  /// Without findings, for which all trials have to be read.
  static Status of(const StoredView& view);

  static Status with_findings(const StoredView& view);
};

Json to_json(const Status& status);

/// Of one study, a line for each thing, then the findings.
std::string status_text(const Status& status);

/// Of several studies, a line for each.
std::string status_table(const std::vector<Status>& all);

/// A row for each study under one of names.
std::string status_csv(const std::vector<Status>& all);

}  // namespace pegbox
