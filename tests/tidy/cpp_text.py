"""C++ as text, without a compiler: comments and literals blanked, functions found by their braces.

An estimate, and enough for rules about lengths and names. Every blanked character becomes a space,
so that lines and columns stay where they were.
"""

import re
from dataclasses import dataclass

COMMENT_OR_LITERAL = re.compile(
    r"""
      //(?:\\\n|[^\n])*                                     # a comment to the end of the line
    | /\*.*?\*/
    | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"          # a raw string
    | "(?:\\.|[^"\\\n])*"
    | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'                   # a character, not 1'000
    """,
    re.DOTALL | re.VERBOSE,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
PUNCTUATION = re.compile(r"[{};]")
TYPE_OR_NAMESPACE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
FUNCTION_NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def code_only(text):
    """The text with comments, strings and characters blanked."""
    return COMMENT_OR_LITERAL.sub(blank, text)


@dataclass(frozen=True)
class Function:
    name: str
    line: int  # of the first line of its signature
    length: int  # lines, up to the closing brace


def is_function_head(head):
    """Whether the text before a brace, outside any function, begins a function's body."""
    if ")" not in head:
        return False
    before_parameters = head.split("(", 1)[0]
    if "=" in before_parameters and "operator" not in before_parameters:
        return False  # a variable and its initialiser
    if TYPE_OR_NAMESPACE.search(before_parameters):
        return "(" in head and not re.match(r"\s*(class|struct|union|enum|namespace)\b", head)
    return True


def functions(code):
    """The functions of `code`, which comes from code_only. Lambdas count with what holds them."""
    code = DIRECTIVE.sub(blank, code)
    found = []
    open_braces = []  # (name of a function or None, its first line)
    inside = 0  # how many of the open braces are functions or lie in one
    head_start = 0
    for match in PUNCTUATION.finditer(code):
        head = code[head_start : match.start()]
        if match.group() == "{":
            if inside:
                open_braces.append((None, 0))
                inside += 1
            elif is_function_head(head):
                first = head_start + len(head) - len(head.lstrip())
                name = FUNCTION_NAME.search(head)
                name = name.group(1) if name else "this function"
                open_braces.append((name, code.count("\n", 0, first) + 1))
                inside = 1
            else:
                open_braces.append((None, 0))
        elif match.group() == "}" and open_braces:
            name, line = open_braces.pop()
            inside = max(0, inside - 1)
            if name:
                last = code.count("\n", 0, match.start()) + 1
                found.append(Function(name, line, last - line + 1))
        head_start = match.end()
    return found
