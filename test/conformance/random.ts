/** Random cases, made from a seed, and the shrinking of one that fails. */

/** Numbers of a linear congruential generator: the same seed gives the same case everywhere. */
function generator(seed: number): (limit: number) => number {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const functions = ["f", "g", "h"];
const data = ["x", "y"];
const threadLocal = ["t", "u"];

/** The definitions of a library; no name twice. */
function definitions(below: (limit: number) => number): readonly string[] {
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? "";
  const mark = (choices: readonly string[]): string => {
    const chosen = pick(["", "", "", ...choices]);
    return chosen === "" ? "" : `:${chosen}`;
  };
  const own = [
    ...functions
      .filter(() => below(3) === 0)
      .map((f) => `${f}${mark(["weak", "protected", "hidden", "ifunc"])}`),
    ...data.filter(() => below(3) === 0).map((x) => `%${x}${mark(["weak", "unique", "hidden"])}`),
    ...threadLocal.filter(() => below(5) === 0).map((t) => `#${t}${mark(["zero", "align=64"])}`),
  ];
  return own;
}

/** Uses that hold whatever is there: weak ones, so that no name is missing. */
function uses(below: (limit: number) => number): readonly string[] {
  const forms = [
    ...functions.flatMap((f) => [`${f}()?`, `&${f}?`, `*${f}?`]),
    ...data.flatMap((x) => [`%${x}?`, `%${x}=?`]),
  ];
  const chosen = forms.filter(() => below(5) === 0);
  const names = new Set<string>();
  // One form of a name: the declaration is weak or it is not, for the whole unit.
  return chosen.filter((form) => {
    const name = form.replaceAll(/\W/g, "");
    const isNew = !names.has(name);
    names.add(name);
    return isNew;
  });
}

const flags = [
  "initfirst",
  "nodelete",
  "interpose",
  "symbolic",
  "now",
  "global",
  "hash=sysv",
  "hash=both",
  "init",
];

/** A random case: graph, symbols, flags and steps. */
export function randomCase(seed: number): string {
  const below = generator(seed);
  const names = "abcdefgh".slice(0, 3 + below(6)).split("");
  const some = (count: number): readonly string[] => [
    ...new Set(Array.from({ length: count }, () => names[below(names.length)] ?? "a")),
  ];
  const words: string[] = [];
  const item = (name: string, operator: string, list: readonly string[]): void => {
    if (list.length > 0) words.push(`${name}${operator}${list.join(",")}`);
  };
  item("main", "->", some(1 + below(3)));
  item("main", "<", uses(below));
  if (below(3) === 0) words.push("main!nopie");
  for (const name of names) {
    item(
      name,
      "->",
      some(below(3)).filter((other) => other !== name),
    );
    const own = definitions(below);
    const defined = new Set(own.map((one) => one.replaceAll(/:.*|\W/g, "")));
    item(name, "=", own);
    item(
      name,
      "<",
      uses(below).filter((form) => !defined.has(form.replaceAll(/\W/g, ""))),
    );
    item(
      name,
      "!",
      flags.filter(() => below(24) === 0),
    );
  }
  return `${words.join(" ")} { ${randomSteps(below, names).join(" ")} }`;
}

function randomSteps(
  below: (limit: number) => number,
  names: readonly string[],
): readonly string[] {
  const steps: string[] = [];
  const open: string[] = [];
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? "";
  for (let count = 3 + below(10); count > 0; count--) {
    const name = pick(names);
    const isOpen = open.length > 0;
    switch (below(7)) {
      case 0:
      case 1:
        steps.push(`+${name}${pick(["", ":n", ":g", ":ng", ":b", ":gb", ":o", ":d"])}`);
        open.push(name);
        break;
      case 2:
        if (isOpen) steps.push(`-${open.splice(below(open.length), 1)[0] ?? name}`);
        break;
      case 3:
        steps.push(`${isOpen ? pick(open) : name}()`);
        break;
      case 4:
        steps.push(
          `?${isOpen && below(2) === 0 ? `${pick(open)}.` : pick(["", ">"])}${pick(functions)}`,
        );
        break;
      case 5:
        steps.push(`?${isOpen && below(2) === 0 ? `${pick(open)}.` : ""}%${pick(data)}`);
        break;
      default:
        steps.push(pick(["phdr", "maps", `( ${name}() )`, "main()"]));
    }
  }
  return steps;
}

/** All texts that are a little shorter: a word less, a part of a list less. */
function shorterTexts(text: string): readonly string[] {
  const words = text.split(" ");
  const without = words.flatMap((word, index) =>
    /^[{}()[\]<>]$/.test(word)
      ? []
      : [[...words.slice(0, index), ...words.slice(index + 1)].join(" ")],
  );
  const parts = words.flatMap((word, index) => {
    const match = /^(\w+(?:->|=|<|!))(.+,.+)$/.exec(word);
    const list = match?.[2]?.split(",") ?? [];
    return list.map((_, at) => {
      const rest = list.filter((__, other) => other !== at).join(",");
      return [...words.slice(0, index), `${match?.[1]}${rest}`, ...words.slice(index + 1)].join(
        " ",
      );
    });
  });
  return [...without, ...parts];
}

/** The shortest text that still fails, found by leaving out what can be left out. */
export async function shrink(
  text: string,
  fails: (text: string) => Promise<boolean>,
): Promise<string> {
  for (const candidate of shorterTexts(text)) {
    if (await fails(candidate)) return shrink(candidate, fails);
  }
  return text;
}
