#include "shell_word.hpp"

#include "replaced.hpp"

namespace pegbox {
namespace {

constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  return '\'' + replaced(std::string(text), "'", R"('\'')") + '\'';
}

}  // namespace pegbox
