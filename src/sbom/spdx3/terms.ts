/** Words of SPDX 3.0.1 that both its writer and its reader need. */

export const CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

/** The element that says that there is none (https://spdx.github.io/spdx-spec/v3.0.1/model/Core/Individuals/NoneElement/). */
export const NONE_ELEMENT = "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement";

/** Statement of an annotation that holds pairs of a package. */
export const PAIRS_PREFIX = "plimsoll:pairs ";
