package peers;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;

/** A request or an answer: text, numbers, flags, and octets as hex. */
final class Fields {
    final JsonObject json;

    Fields(JsonObject json) {
        this.json = json;
    }

    static Fields of(Object... pairs) {
        Fields made = new Fields(new JsonObject());
        for (int i = 0; i < pairs.length; i += 2) {
            made.put((String) pairs[i], pairs[i + 1]);
        }
        return made;
    }

    private void put(String name, Object value) {
        if (value instanceof byte[] octets) {
            json.addProperty(name, HexFormat.of().formatHex(octets));
        } else if (value instanceof String text) {
            json.addProperty(name, text);
        } else if (value instanceof Boolean flag) {
            json.addProperty(name, flag);
        } else if (value instanceof Number number) {
            json.addProperty(name, number);
        } else if (value instanceof List<?> members) {
            JsonArray array = new JsonArray();
            members.forEach(one -> array.add(((Fields) one).json));
            json.add(name, array);
        } else {
            throw new IllegalArgumentException(name);
        }
    }

    boolean has(String name) {
        return json.has(name) && !json.get(name).isJsonNull();
    }

    byte[] octets(String name) {
        return has(name) ? HexFormat.of().parseHex(text(name)) : null;
    }

    String text(String name) {
        return has(name) ? json.get(name).getAsString() : "";
    }

    long number(String name) {
        return has(name) ? json.get(name).getAsLong() : 0;
    }

    boolean flag(String name) {
        return has(name) && json.get(name).getAsBoolean();
    }

    BigInteger integer(String name) {
        return new BigInteger(1, octets(name));
    }

    Date time(String name) {
        return new Date(number(name) * 1000);
    }

    List<Fields> list(String name) {
        List<Fields> found = new ArrayList<>();
        if (has(name)) {
            for (JsonElement one : json.getAsJsonArray(name)) {
                found.add(new Fields(one.getAsJsonObject()));
            }
        }
        return found;
    }

    /** Of a positive number, without leading zeros. */
    static byte[] octetsOf(BigInteger number) {
        return HexFormat.of().parseHex(even(number.toString(16)));
    }

    private static String even(String hex) {
        return hex.length() % 2 == 0 ? hex : "0" + hex;
    }
}
