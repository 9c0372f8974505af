#include "report_page.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include "catalog/folders.hpp"
#include "embedded.hpp"
#include "replaced.hpp"

namespace pegbox {
namespace {

/// Of the version that report/requirements.txt pins, so that the browser refuses another text.
constexpr std::string_view kNetworkPlotly =
    R"(<script id="plotly" async src="https://cdn.plot.ly/plotly-4.1.1.min.js" charset="utf-8" crossorigin="anonymous" )"
    R"(integrity="sha256-O24V1F27f8pb0glCkelh3cVHLNiHAJ5gCaVtq2aNch8="></script>)";

std::string escaped(const std::string& text) {
  std::string html = replaced(text, "&", "&amp;");
  html = replaced(std::move(html), "<", "&lt;");
  return replaced(std::move(html), ">", "&gt;");
}

/// The template with what `parts` has for each `{{name}}`. What is put in is not looked at again.
std::string filled(std::string_view page, const std::map<std::string, std::string, std::less<>>& parts) {
  std::string text;
  while (true) {
    const std::size_t open = page.find("{{");
    text += page.substr(0, open);
    if (open == std::string_view::npos) return text;
    const std::size_t close = page.find("}}", open);
    text += parts.at(std::string(page.substr(open + 2, close - open - 2)));
    page.remove_prefix(close + 2);
  }
}

/// plotly.js hands all of itself over as one function. In parentheses a browser reads it once, and not a first time to
/// find its end: a fifth of the time to the first figure. Another text stays as it is.
std::string read_once(std::string text) {
  constexpr std::string_view kBegin = ": this, () => {";
  constexpr std::string_view kEnd = "}));";
  constexpr std::size_t kNear = 1000;
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.rfind(kEnd);
  if (begin > kNear || end == std::string::npos || end + kNear < text.size()) return text;
  text.insert(end + 1, ")");
  text.insert(begin + kBegin.find("()"), "(");
  return text;
}

std::string_view file(const std::string& name) { return embedded().at("report/" + name); }

std::string script() {
  std::string text;
  for (const char* part : {"study.js", "figures.js", "trial_table.js", "report.js"}) text += file(part);
  return text;
}

}  // namespace

std::filesystem::path plotly_file() { return share_folder() / "plotly.min.js"; }

std::optional<std::string> plotly_text() {
  std::ifstream file(plotly_file(), std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return {};
  return read_once(text.str());
}

std::string report_page(const std::string& title, const std::string& json, const std::optional<std::string>& plotly) {
  const std::string library =
      plotly ? R"(<script id="plotly" type="text/plain">)" + replaced(*plotly, "</script", "<\\/script") + "</script>"
             : std::string(kNetworkPlotly);
  return filled(file("report.html"), {{"title", escaped(title)},
                                      {"network", plotly ? "" : " https://cdn.plot.ly"},
                                      {"style", std::string(file("report.css"))},
                                      {"data", replaced(json, "<", "\\u003c")},
                                      {"plotly", library},
                                      {"script", script()}});
}

}  // namespace pegbox
