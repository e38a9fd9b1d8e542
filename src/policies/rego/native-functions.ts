/**
 * OPA's functions that its compiler writes into the module itself, and those that it takes out while compiling
 * (OPA 1.22, `internal/compiler/wasm`). With the host's they are all that a module may call: what is not listed is an error when the
 * module is loaded.
 */
export const nativeFunctions: readonly string[] = [
  ..."abs all and any assign ceil concat contains count div endswith eq equal floor format_int gt gte indexof".split(
    " ",
  ),
  ..."internal.member_2 internal.member_3 internal.print internal.template_string internal.test_case".split(
    " ",
  ),
  ..."intersection is_array is_boolean is_null is_number is_object is_set is_string lower lt lte max min minus".split(
    " ",
  ),
  ..."array.concat array.flatten array.reverse array.slice base64.decode base64.encode base64.is_valid".split(
    " ",
  ),
  ..."base64url.decode base64url.encode bits.and bits.lsh bits.negate bits.or bits.rsh bits.xor glob.match".split(
    " ",
  ),
  ..."graph.reachable json.filter json.is_valid json.marshal json.remove json.unmarshal mul neq".split(" "),
  ..."net.cidr_contains net.cidr_intersects net.cidr_overlap numbers.range object.filter object.get".split(
    " ",
  ),
  ..."object.keys object.remove object.union object.union_n or plus print product re_match".split(" "),
  ..."regex.find_all_string_submatch_n regex.is_valid regex.match rego.metadata.chain rego.metadata.rule".split(
    " ",
  ),
  ..."rem replace round set_diff sort split startswith strings.replace_n strings.reverse substring sum".split(
    " ",
  ),
  ..."to_number trim trim_left trim_prefix trim_right trim_space trim_suffix type_name union upper walk".split(
    " ",
  ),
];
