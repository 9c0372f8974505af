#include "faults.hpp"

#include <array>

namespace pegbox {
namespace {

/// A query of what breaks a rule: in its rows a study's name and a trial's or move's number.
struct Rule {
  const char* query;
  const char* subject;
  const char* broken;
};

constexpr std::array kRules = {
    Rule{"SELECT s.study_name, t.number FROM studies s JOIN trials t ON t.study_id = s.study_id"
         " GROUP BY s.study_id, t.number HAVING COUNT(*) > 1",
         "trial", "is there more than once"},
    Rule{"SELECT s.study_name, MAX(t.number) FROM studies s JOIN trials t ON t.study_id = s.study_id"
         " GROUP BY s.study_id HAVING MAX(t.number) + 1 <> COUNT(DISTINCT t.number) OR MIN(t.number) <> 0",
         "trial", "is the last one, but some before it are missing"},
    Rule{"SELECT s.study_name, t.number FROM studies s JOIN trials t ON t.study_id = s.study_id"
         " WHERE t.state NOT IN ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING')",
         "trial", "is in none of the states"},
    Rule{"SELECT s.study_name, t.number FROM studies s JOIN trials t ON t.study_id = s.study_id"
         " JOIN pegbox_trials p ON p.trial_id = t.trial_id WHERE p.detail IS NOT NULL AND t.state <> 'RUNNING'"
         " AND t.state <> 'FAIL'",
         "trial", "is ended, and paused or just begun at the same time"},
    Rule{"SELECT s.study_name, t.number FROM studies s JOIN trials t ON t.study_id = s.study_id"
         " WHERE t.state = 'COMPLETE' AND (SELECT COUNT(*) FROM study_directions d WHERE d.study_id = s.study_id) <>"
         " (SELECT COUNT(*) FROM trial_values v WHERE v.trial_id = t.trial_id AND (v.value IS NOT NULL OR"
         " v.value_type IN ('INF_POS', 'INF_NEG')))",
         "trial", "is complete without a value for each objective"},
    Rule{"SELECT s.study_name, t.number FROM studies s JOIN trials t ON t.study_id = s.study_id"
         " JOIN trial_values v ON v.trial_id = t.trial_id WHERE t.state = 'FAIL' GROUP BY t.trial_id",
         "trial", "is failed, but has a value"},
    Rule{"SELECT COALESCE(s.study_name, ''), MAX(m.move) FROM pegbox_moves m"
         " LEFT JOIN studies s ON s.study_id = m.study_id"
         " GROUP BY m.study_id HAVING MAX(m.move) + 1 <> COUNT(*) OR MIN(m.move) <> 0",
         "move", "is the last one, but some before it are missing"},
    Rule{"SELECT COALESCE(s.study_name, ''), m.move FROM pegbox_moves m LEFT JOIN studies s ON s.study_id = m.study_id"
         " LEFT JOIN trials t ON t.trial_id = m.trial_id AND t.study_id = m.study_id WHERE t.trial_id IS NULL",
         "move", "is of a trial that is not in the study"},
    Rule{"SELECT s.study_name, m.move FROM pegbox_moves m JOIN studies s ON s.study_id = m.study_id"
         " JOIN trials t ON t.trial_id = m.trial_id WHERE m.state IS NULL AND t.state <> 'RUNNING'",
         "move", "is not finished, but its trial is not running"},
    Rule{"SELECT s.study_name, MAX(m.move) FROM pegbox_moves m JOIN studies s ON s.study_id = m.study_id"
         " WHERE m.state IS NULL GROUP BY m.trial_id HAVING COUNT(*) > 1",
         "move", "is of a trial that another unfinished move has"},
};

void check_integrity(Database& database, std::vector<std::string>& faults) {
  Query query = database.query("PRAGMA main.integrity_check(20)");
  while (query.next()) {
    if (query.text(0) == "ok") continue;
    faults.push_back(database.name() + " is damaged: " + query.text(0) + "; restore a copy");
  }
}

void check(Database& database, const Rule& rule, std::vector<std::string>& faults) {
  Query query = database.query(rule.query);
  while (query.next()) {
    faults.push_back(std::string(rule.subject) + " " + query.text(1) + " of study '" + query.text(0) + "' " +
                     rule.broken);
  }
}

}  // namespace

std::vector<std::string> find_faults(Database& database) {
  std::vector<std::string> faults;
  try {
    check_integrity(database, faults);
    for (const Rule& rule : kRules) check(database, rule, faults);
  } catch (const StoreError& error) {
    faults.emplace_back(error.what());
  }
  return faults;
}

}  // namespace pegbox
