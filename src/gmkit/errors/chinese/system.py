"""Chinese for what the operating system says, alone and behind the name of a file."""

__all__ = ["TEXTS"]

_ERRORS = {
    "no such file or directory": "没有此文件或目录",
    "permission denied": "没有权限",
    "operation not permitted": "操作不被允许",
    "is a directory": "是一个目录",
    "not a directory": "不是目录",
    "file exists": "文件已存在",
    "directory not empty": "目录不为空",
    "no space left on device": "设备上没有剩余空间",
    "disk quota exceeded": "超出磁盘配额",
    "read-only file system": "文件系统为只读",
    "input/output error": "输入输出错误",
    "file too large": "文件过大",
    "file name too long": "文件名过长",
    "too many open files": "打开的文件过多",
    "too many levels of symbolic links": "符号链接层数过多",
    "bad file descriptor": "文件描述符无效",
    "broken pipe": "管道已断开",
    "connection refused": "连接被拒绝",
    "connection reset by peer": "连接被对方重置",
    "connection timed out": "连接超时",
    "timed out": "超时",
    "network is unreachable": "网络不可达",
    "cannot allocate memory": "无法分配内存",
    "invalid argument": "参数无效",
    "device or resource busy": "设备或资源忙",
    "text file busy": "文件正在执行",
    "illegal seek": "不能在此定位",
    "database is locked": "数据库已被锁定",
    "database or disk is full": "数据库或磁盘已满",
    "attempt to write a readonly database": "试图写入只读的数据库",
    "file is not a database": "文件不是数据库",
    "database disk image is malformed": "数据库文件已损坏",
}

TEXTS = _ERRORS | {f"{{}}: {english}": f"{{}}：{chinese}" for english, chinese in _ERRORS.items()}
