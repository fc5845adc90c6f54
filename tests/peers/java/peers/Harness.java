package peers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Answers one JSON request a line with one JSON answer a line. */
final class Harness {
    interface Operation {
        Fields run(Fields request) throws Exception;
    }

    private final String version;
    private final Map<String, Operation> operations = new TreeMap<>();

    Harness(String version) {
        this.version = version;
    }

    void add(String name, Operation operation) {
        operations.put(name, operation);
    }

    void serve() throws IOException {
        var input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
        var output =
                new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), 1 << 16);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.write(answer(JsonParser.parseString(line).getAsJsonObject()).toString());
            output.write('\n');
            output.flush();
        }
    }

    private JsonObject answer(JsonObject request) {
        String name = request.get("operation").getAsString();
        if (name.equals("hello")) {
            JsonArray names = new JsonArray();
            operations.keySet().forEach(names::add);
            JsonObject hello = Fields.of("version", version).json;
            hello.add("operations", names);
            return hello;
        }
        Operation operation = operations.get(name);
        if (operation == null) {
            return Fields.of("error", "no such operation").json;
        }
        try {
            return operation.run(new Fields(request)).json;
        } catch (Exception | Error fault) {
            return Fields.of("error", String.valueOf(fault)).json;
        }
    }
}
