#include "exporter/app/console/text_canvas.h"

#include "catch.h"

namespace mta {
namespace {

std::string Wrapped(const TextCanvas& canvas, std::string_view text, Ink ink = Ink::kPlain) {
  std::string out;
  canvas.Wrap(out, "name ", 5, text, ink);
  return out;
}

TEST_CASE("text is broken at blanks, and goes on below where it began") {
  const TextCanvas canvas(16, false);
  CHECK(Wrapped(canvas, "one two three four") == "name one two\n     three four\n");
  CHECK(Wrapped(canvas, "exactly it") == "name exactly it\n");
  CHECK(Wrapped(canvas, "") == "name \n");
}

TEST_CASE("a word that is too long has a line of its own and is not cut") {
  const TextCanvas canvas(12, false);
  CHECK(Wrapped(canvas, "a <verylongmessageid@host> b") == "name a\n     <verylongmessageid@host>\n     b\n");
  CHECK(Wrapped(canvas, "<verylongmessageid@host>") == "name <verylongmessageid@host>\n");
}

TEST_CASE("columns are characters, not bytes") {
  CHECK(ColumnsOf("J\xc3\xbcrgen") == 6);
  CHECK(Padded("J\xc3\xbcrgen", 8) == "J\xc3\xbcrgen  ");
  CHECK(Padded("longer than that", 3) == "longer than that");
  const TextCanvas canvas(12, false);
  CHECK(Wrapped(canvas, "\xc3\xbc\xc3\xbc\xc3\xbc b c") == "name \xc3\xbc\xc3\xbc\xc3\xbc b c\n");
}

TEST_CASE("colour is put around each line and takes no columns") {
  const TextCanvas canvas(12, true);
  CHECK(Wrapped(canvas, "one two three", Ink::kBad) ==
        "name \033[31mone two\033[0m\n     \033[31mthree\033[0m\n");
  CHECK(canvas.Paint(Ink::kPlain, "x") == "x");
  CHECK(TextCanvas(12, false).Paint(Ink::kBad, "x") == "x");
}

TEST_CASE("nothing that moves a cursor, changes a terminal's state or turns the writing is shown") {
  const auto shown = [](std::string_view text) {  // with ? for what was taken out
    std::string out = TextCanvas::Harmless(text);
    for (size_t at; (at = out.find("\xef\xbf\xbd")) != out.npos;) out.replace(at, 3, "?");
    return out;
  };
  CHECK(shown("\033]0;owned\007\r\n\t\177") == "?]0;owned?????");
  CHECK(shown("a\x9b"
              "31m") == "a?31m");  // a bare C1 control
  CHECK(shown("a\xc2\x9b"
              "31m") == "a?31m");
  CHECK(shown("a\xe9\x9b"
              "31m") == "a?31m");  // one behind a byte that begins no character
  CHECK(shown("to \xe2\x80\xae"
              "net.elpmaxe\xe2\x81\xa6") == "to ?net.elpmaxe?");
  CHECK(shown("J\xc3\xbcrgen \xe2\x82\xac") == "J\xc3\xbcrgen \xe2\x82\xac");
}

}  // namespace
}  // namespace mta
