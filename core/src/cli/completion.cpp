#include "completion.hpp"

#include <map>

#include "options.hpp"
#include "shell_word.hpp"
#include "study/study_schema.hpp"
#include "study_options.hpp"

namespace pegbox {
namespace {

/// What is completed after an option, in the words of either shell's script.
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

/// What zsh shows beside a word; it parts word and text by the first colon.
std::string described(const std::string& word, const std::string& text) {
  return shell_word(word + ':' + text.substr(0, text.find(';')));
}

}  // namespace

std::string bash_completion() {
  const auto verbs = command_words();
  std::string text = R"(# Completes pegbox in bash.
_pegbox_plugins() {
  "${COMP_WORDS[0]}" plugins list --format csv 2>/dev/null | sed -n "s/^$1,\([^,]*\),.*/\1/p"
}

_pegbox() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} options=
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W ')" +
                     verb_names(verbs) + R"(' -- "$current")
    return
  fi
  case $previous in
)";
  for (const auto& [option, kind] : kinds()) {
    text += "    " + option + ") mapfile -t COMPREPLY < <(compgen -W \"$(_pegbox_plugins " + kind +
            ")\" -- \"$current\") && return ;;\n";
  }
  for (const auto& [option, values] : words()) {
    text += "    " + option + ") mapfile -t COMPREPLY < <(compgen -W '" + values + "' -- \"$current\") && return ;;\n";
  }
  text += R"(  esac
  case ${COMP_WORDS[1]} in
)";
  for (const VerbWords& verb : verbs) text += "    " + verb.name + ") options='" + names(verb.options) + "' ;;\n";
  text += R"(  esac
  case ${COMP_WORDS[1]}:$current in
    *:-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
    help:*) mapfile -t COMPREPLY < <(compgen -W ')" +
          verb_names(verbs) + R"( study-file' -- "$current") ;;
    plugins:*) mapfile -t COMPREPLY < <(compgen -W 'list info check' -- "$current") ;;
    storage:*) mapfile -t COMPREPLY < <(compgen -W 'check' -- "$current") ;;
    completion:*) mapfile -t COMPREPLY < <(compgen -W 'bash zsh' -- "$current") ;;
    *) compopt -o default 2>/dev/null ;;
  esac
}

complete -F _pegbox pegbox
)";
  return text;
}

std::string zsh_completion() {
  const auto verbs = command_words();
  std::string text = R"zsh(#compdef pegbox
# Completes pegbox in zsh.
_pegbox_plugins() {
  local -a names
  names=(${(f)"$($words[1] plugins list --format csv 2>/dev/null | sed -n "s/^$1,\([^,]*\),.*/\1/p")"})
  compadd -a names
}

_pegbox() {
  local -a verbs options
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
    text += "    " + verb.name + ")\n      options=(\n";
    for (const auto& option : verb.options) text += "        " + described(option.name, option.text) + '\n';
    text += "      )\n      ;;\n";
  }
  text += R"zsh(  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe option options
    return
  fi
  case $words[2] in
    help) _describe verb verbs; compadd study-file ;;
    plugins) compadd list info check ;;
    storage) compadd check ;;
    completion) compadd bash zsh ;;
    *) _files ;;
  esac
}

compdef _pegbox pegbox
)zsh";
  return text;
}

}  // namespace pegbox
