/** search_places.h: the default folders and `$LIB` of one glibc's linker. */

import type { Abi } from "../abi/model.ts";

/** The holes of templates/search_places.h. */
export function searchPlacesText({ searchPlaces }: Abi): Readonly<Record<string, string>> {
  const folders = searchPlaces.systemFolders.map((folder) => folder.replace(/(?<=.)\/$/, ""));
  return { lib: searchPlaces.lib, folders: folders.join(":") };
}
