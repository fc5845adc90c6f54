"""Chinese for what click says about wrong usage of the command line."""

__all__ = ["TEXTS"]

TEXTS = {
    "Missing argument '{}'.": "缺少参数“{}”。",
    "Missing option '{}'.": "缺少选项“{}”。",
    "Missing option '{}'. Choose from:{}": "缺少选项“{}”。可选：{}",
    "Missing command.": "缺少命令。",
    "No such option '{}'.": "没有选项“{}”。",
    "No such option '{}'. Did you mean '{}'?": "没有选项“{}”。是否指“{}”？",
    "No such option '{}'. (Did you mean one of: {}?)": "没有选项“{}”。（是否指其中之一：{}？）",
    "No such option '{}'. (Possible options: {})": "没有选项“{}”。（可能是：{}）",
    "No such option: {}": "没有选项：{}",
    "No such option: {} Did you mean {}?": "没有选项：{}　是否指 {}？",
    "No such option: {} (Possible options: {})": "没有选项：{}（可能是：{}）",
    "No such command '{}'.": "没有命令“{}”。",
    "No such command '{}'. Did you mean '{}'?": "没有命令“{}”。是否指“{}”？",
    "No such command '{}'. (Did you mean one of: {}?)": "没有命令“{}”。（是否指其中之一：{}？）",
    "Got unexpected extra argument ({})": "多余的参数（{}）",
    "Got unexpected extra arguments ({})": "多余的参数（{}）",
    "Option '{}' requires an argument.": "选项“{}”需要一个值。",
    "Option '{}' requires {} arguments.": "选项“{}”需要 {} 个值。",
    "Option '{}' does not take a value.": "选项“{}”不带值。",
    "Invalid value for '{}': {}": "“{}”的值无效：{}",
    "Invalid value: {}": "值无效：{}",
    "'{}' is not one of {}.": "“{}”不在以下各项之中：{}。",
    "'{}' is not a valid integer.": "“{}”不是整数。",
    "'{}' is not a valid float.": "“{}”不是数字。",
    "{} is not in the range {}.": "{} 不在 {} 的范围之内。",
}
