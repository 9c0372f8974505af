#include "completion.hpp"

#include <map>

#include "options.hpp"
#include "shell_word.hpp"
#include "study/study_schema.hpp"
#include "study_options.hpp"

namespace pegbox {
namespace {

/// The plug-ins whose names are completed after an option.
const std::map<std::string, std::string>& kinds() {
  static const std::map<std::string, std::string> kinds{
      {"--model", "model"}, {"--strategy", "strategy"}, {"--pruner", "pruner"}};
  return kinds;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Of options that stand for a key with words as values, those.
const std::map<std::string, std::string>& words() {
  static const std::map<std::string, std::string> words = [] {
    std::map<std::string, std::string> all{{"--format", "table json csv"}};
    for (const StudyOption& option : study_options()) {
      const auto known = words_of(key_at(option.path).form);
      if (!known.empty()) all["--" + option.name] = joined_words(known);
    }
    return all;
  }();
  return words;
}

/// What follows a verb, where that is one of a few words.
const std::map<std::string, std::string>& followers() {
  static const std::map<std::string, std::string> followers{{"completion", "bash fish zsh"},
                                                            {"new", "model pruner strategy"},
                                                            {"plugins", "check info list"},
                                                            {"storage", "check"}};
  return followers;
}

std::string names(const std::vector<VerbWords::Option>& options) {
  std::string text;
  for (const auto& option : options) text += (text.empty() ? "" : " ") + option.name;
  return text;
}

std::string verb_names(const std::vector<VerbWords>& verbs) {
  std::string text;
  for (const VerbWords& verb : verbs) text += (text.empty() ? "" : " ") + verb.name;
  return text;
}

/// What is shown beside a word.
std::string brief(const std::string& text) { return text.substr(0, text.find(';')); }

/// A word and its text for zsh, which parts them by the first colon.
std::string described(const std::string& word, const std::string& text) { return shell_word(word + ':' + brief(text)); }

/// What fish completes after an option.
std::string fish_values(const VerbWords::Option& option) {
  if (!option.takes_value) return "";
  if (const auto kind = kinds().find(option.name); kind != kinds().end()) {
    return " -r -a '(__pegbox_plugins " + kind->second + ")'";
  }
  const auto found = words().find(option.name);
  return found == words().end() ? " -r" : " -x -a " + shell_word(found->second);
}

}  // namespace

std::string bash_completion() {
  const auto verbs = command_words();
  std::string text = R"bash(# Completes pegbox in bash.
_pegbox_plugins() {
  "${COMP_WORDS[0]}" plugins list --format csv 2>/dev/null | sed -n "1d;s/^$1,\([^,]*\),.*/\1/p"
}

_pegbox() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} options=
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W ')bash" +
                     verb_names(verbs) + R"bash(' -- "$current")
    return
  fi
  case $previous in
)bash";
  for (const auto& [option, kind] : kinds()) {
    text += "    " + option + ") mapfile -t COMPREPLY < <(compgen -W \"$(_pegbox_plugins " + kind +
            ")\" -- \"$current\") && return ;;\n";
  }
  for (const auto& [option, values] : words()) {
    text += "    " + option + ") mapfile -t COMPREPLY < <(compgen -W '" + values + "' -- \"$current\") && return ;;\n";
  }
  text += R"bash(  esac
  case ${COMP_WORDS[1]} in
)bash";
  for (const VerbWords& verb : verbs) text += "    " + verb.name + ") options='" + names(verb.options) + "' ;;\n";
  text += R"bash(  esac
  case ${COMP_WORDS[1]}:$COMP_CWORD:$current in
    *:-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
    help:2:*) mapfile -t COMPREPLY < <(compgen -W ')bash" +
          verb_names(verbs) + R"bash( study-file '"$(_pegbox_plugins '[a-z]*')" -- "$current") ;;
)bash";
  for (const auto& [verb, values] : followers()) {
    text += "    " + verb + ":2:*) mapfile -t COMPREPLY < <(compgen -W '" + values + "' -- \"$current\") ;;\n";
  }
  text += R"bash(    plugins:3:*)
      mapfile -t COMPREPLY < <(compgen -W "$(_pegbox_plugins '[a-z]*')" -- "$current")
      compopt -o default 2>/dev/null
      ;;
    *) compopt -o default 2>/dev/null ;;
  esac
}

complete -F _pegbox pegbox
)bash";
  return text;
}

std::string zsh_completion() {
  const auto verbs = command_words();
  std::string text = R"zsh(#compdef pegbox
# Completes pegbox in zsh.
_pegbox_plugins() {
  local -a names
  names=(${(f)"$($words[1] plugins list --format csv 2>/dev/null | sed -n "1d;s/^$1,\([^,]*\),.*/\1/p")"})
  compadd -a names
}

_pegbox() {
  local -a verbs flags
  verbs=(
)zsh";
  for (const VerbWords& verb : verbs) text += "    " + described(verb.name, verb.text) + '\n';
  text += R"zsh(  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  case $words[CURRENT-1] in
)zsh";
  for (const auto& [option, kind] : kinds()) text += "    " + option + ") _pegbox_plugins " + kind + "; return ;;\n";
  for (const auto& [option, values] : words()) text += "    " + option + ") compadd " + values + "; return ;;\n";
  text += R"zsh(  esac
  case $words[2] in
)zsh";
  for (const VerbWords& verb : verbs) {
    text += "    " + verb.name + ")\n      flags=(\n";
    for (const auto& option : verb.options) text += "        " + described(option.name, option.text) + '\n';
    text += "      )\n      ;;\n";
  }
  text += R"zsh(  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe -o option flags
    return
  fi
  case $words[2]:$CURRENT in
    help:3) _describe verb verbs; compadd study-file; _pegbox_plugins '[a-z]*' ;;
    plugins:4) _pegbox_plugins '[a-z]*'; _files ;;
)zsh";
  for (const auto& [verb, values] : followers()) text += "    " + verb + ":3) compadd " + values + " ;;\n";
  text += R"zsh(    *) _files ;;
  esac
}

# A file of $fpath is run at the first completion, a sourced one before any.
if [[ $funcstack[1] == _pegbox ]]; then
  _pegbox "$@"
else
  compdef _pegbox pegbox
fi
)zsh";
  return text;
}

std::string fish_completion() {
  std::string text = R"fish(# Completes pegbox in fish.
function __pegbox_plugins
  pegbox plugins list --format csv 2>/dev/null | sed -n "1d;s/^$argv[1],\([^,]*\),.*/\1/p"
end

)fish";
  for (const VerbWords& verb : command_words()) {
    text +=
        "complete -c pegbox -n __fish_use_subcommand -f -a " + verb.name + " -d " + shell_word(brief(verb.text)) + '\n';
    const std::string there = "complete -c pegbox -n '__fish_seen_subcommand_from " + verb.name + "' ";
    const auto follower = followers().find(verb.name);
    if (follower != followers().end()) text += there + "-f -a " + shell_word(follower->second) + '\n';
    for (const auto& option : verb.options) {
      text +=
          there + "-l " + option.name.substr(2) + fish_values(option) + " -d " + shell_word(brief(option.text)) + '\n';
    }
  }
  text += "complete -c pegbox -n '__fish_seen_subcommand_from help' -f -a study-file\n";
  text += "complete -c pegbox -n '__fish_seen_subcommand_from info check help' -a \"(__pegbox_plugins '[a-z]*')\"\n";
  return text;
}

}  // namespace pegbox
